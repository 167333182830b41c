import type { Block } from "../render/block.ts";
import { GAP } from "../render/block.ts";
import { decisionBlocks } from "../render/plan.ts";
import { toText } from "../render/to-text.ts";
import type { DryRun } from "./api.ts";
import { dollars } from "./figures.ts";
import { headline } from "./headline.ts";

/** A dry run for a person: where it would go, for how much, and everything that was weighed. */
export function dryRunText(answer: DryRun, view: { readonly width: number; readonly all: boolean }): string {
  const { plan, policy, ranked, rejected, omitted } = answer;
  const { price, warnings } = plan;
  const blocks: readonly Block[] = [
    line(headline(plan, "would")),
    ...(price === undefined
      ? []
      : [
          line(
            `${dollars(price.expectedUsd)} a month expected, ${dollars(price.floorUsd)} to ${dollars(price.ceilingUsd)}`,
          ),
        ]),
    ...warnings.map(({ message }) => line(`note: ${message}`)),
    GAP,
    ...decisionBlocks({ ...plan, policy, ranked, rejected, omitted }, view.all),
  ];
  return toText(blocks, view.width);
}

const line = (text: string): Block => ({ kind: "words", text });
