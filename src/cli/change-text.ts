import { amountText } from "../render/offer-text.ts";
import { GAP, type Block } from "../render/block.ts";
import { placesWords } from "../render/place-words.ts";
import { toText } from "../render/to-text.ts";
import type { ChangeView, MemberView } from "./api-change.ts";
import { changePrice, changeTitle, packingWords } from "./change-words.ts";
import { difference, dollars } from "./figures.ts";
import { holdWords } from "./held-text.ts";

/** From this width on the table has room for the long title. */
const WIDE = 100;

/** Plans that were decided together, for a person: each workload's place, price and reason, what all cost, and how good that is. */
export function changeText(change: ChangeView, width: number): string {
  const blocks: readonly Block[] = [
    { kind: "words", text: changeTitle(change) },
    GAP,
    tableOf(change.plans, width),
    GAP,
    ...totals(change).map((text): Block => ({ kind: "words", text, indent: 2 })),
    ...notesOf(change.plans),
  ];
  return toText(blocks, width);
}

/** How the plans of a change stand, each with what it waits for or how it ended. */
export function changeStandText(change: ChangeView, width: number): string {
  const columns = [
    { title: "WORKLOAD" },
    { title: "STATE" },
    { title: "PLAN" },
    { title: "PLACE" },
    { title: "WHY" },
  ] as const;
  const rows = change.plans.map(({ workload, state, generation, units, stateReason, because }) => [
    workload,
    state,
    `plan ${generation}`,
    placesWords(units.map(({ place }) => place)),
    stateReason ?? because,
  ]);
  const title = [change.id, change.environment, change.state, ...changePrice(change)].join(" · ");
  const table = { kind: "table", columns, rows, indent: 2, titled: true } as const;
  return toText([{ kind: "words", text: title }, GAP, table], width);
}

function tableOf(plans: readonly MemberView[], width: number): Block {
  const columns = [
    { title: "WORKLOAD" },
    { title: "PLACE" },
    { title: width < WIDE ? "$/MONTH" : "$/MONTH expected", align: "right" },
    { title: "WHY" },
  ] as const;
  const rows = plans.map(({ workload, units, price, because }) => [
    workload,
    placesWords(units.map(({ place }) => place)),
    amountText(price?.expectedUsd),
    because,
  ]);
  return { kind: "table", columns, rows, indent: 2, titled: true };
}

function totals(change: ChangeView): readonly string[] {
  const { price } = change;
  if (price === undefined) return [packingWords(change)];
  const { beforeUsd, expectedUsd, ceilingUsd } = price;
  const money = `${dollars(beforeUsd)} -> ${dollars(expectedUsd)} a month expected (${difference(beforeUsd, expectedUsd)}), ${dollars(ceilingUsd)} at the most`;
  return [money, packingWords(change)];
}

/** What would wait, and what is warned of, each behind its workload's name. */
function notesOf(plans: readonly MemberView[]): readonly Block[] {
  const notes = plans.flatMap(({ workload, holds = [], warnings }) => [
    ...holds.map((hold) => `${workload} would be ${holdWords(hold)}`),
    ...warnings.map(({ message }) => `note: ${workload}: ${message}`),
  ]);
  return notes.length === 0 ? [] : [GAP, ...notes.map((text): Block => ({ kind: "words", text, indent: 2 }))];
}
