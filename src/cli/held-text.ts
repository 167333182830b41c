import type { HoldView, PlanView } from "./api.ts";
import { dollars } from "./figures.ts";
import { headline } from "./headline.ts";
import { printable } from "../render/printable.ts";

/** A plan that waits, for a person: what it would do, what for it waits, and what it would cost. */
export function heldText(plan: PlanView): string {
  const price = plan.price === undefined ? [] : [`  ${dollars(plan.price.expectedUsd)} a month expected`];
  const holds = (plan.holds ?? []).map((hold) => `  ${holdWords(hold)}`);
  return [headline(plan, "would"), ...price, ...holds].map((line) => `${printable(line)}\n`).join("");
}

/** What holds a plan, until when, and why. */
export function holdWords({ rule, message, until }: HoldView): string {
  return `held by ${rule}${until === undefined ? "" : `, until ${until}`}: ${message}`;
}

/** How somebody lets a held plan go, and what becomes of it by itself. */
export function heldNext(plan: PlanView): string {
  return ["nothing was changed yet", ...letGoWords(plan)].join("\n");
}

/** The same of a plan among others. */
export function letGoWords(plan: PlanView): readonly string[] {
  const approvals = (plan.holds ?? []).some(({ kind }) => kind === "approval");
  const lapses = (plan.holds ?? []).some(({ kind }) => kind !== "approval");
  return [
    ...(approvals ? [`somebody else lets it go:  berth approve ${plan.id}`] : []),
    ...(lapses ? ["what ends by itself lets it go by itself"] : []),
    `give it up:  berth abort ${plan.id}`,
  ];
}
