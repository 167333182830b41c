import type { DryRun } from "./api.ts";
import { dollars } from "./figures.ts";
import { headline } from "./headline.ts";
import { explanationOf } from "./explanation-of.ts";
import { renderExplanation } from "../render/explanation.ts";

/** A dry run for a person: where it would go, for how much, and everything that was weighed. */
export function dryRunText(answer: DryRun, view: { readonly width: number; readonly all: boolean }): string {
  const { plan } = answer;
  const price = plan.price;
  const lines = [
    headline(plan, "would"),
    ...(price === undefined
      ? []
      : [
          `${dollars(price.expectedUsd)} a month expected, ${dollars(price.floorUsd)} to ${dollars(price.ceilingUsd)}`,
        ]),
    ...plan.warnings.map(({ message }) => `note: ${message}`),
    "",
  ];
  return `${lines.join("\n")}\n${renderExplanation({ explanation: explanationOf(plan, answer), ...view })}`;
}
