import { type Block, GAP } from "../render/block.ts";
import { lastLineBlocks, planBlocks } from "../render/plan.ts";
import { printable } from "../render/printable.ts";
import { toText } from "../render/to-text.ts";
import type { EventView, PlanDocument } from "./api.ts";

/** Events shown of a plan; the API has them all. */
const MAX_EVENTS = 20;

/** A plan for a person: what it is, what it was decided from, and what happened on the way. */
export function explainText(
  plan: PlanDocument,
  events: readonly EventView[],
  view: { readonly width: number; readonly all: boolean },
): string {
  return toText([...planBlocks(plan, view.all), ...happened(events), ...lastLineBlocks(plan)], view.width);
}

function happened(events: readonly EventView[]): readonly Block[] {
  if (events.length === 0) return [];
  const shown = events.slice(-MAX_EVENTS);
  const earlier = events.length - shown.length;
  const width = Math.max(...shown.map(({ type }) => type.length));
  return [
    GAP,
    { kind: "heading", text: `what happened${earlier === 0 ? "" : ` (${earlier} earlier events left out)`}` },
    ...shown.map(({ at, type, message }): Block => ({
      kind: "log",
      text: `${at.slice(11, 19)}  ${type.padEnd(width)}  ${printable(message)}`,
    })),
  ];
}
