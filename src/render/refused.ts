import type { Explanation, RejectedGroup } from "../domain/plan.ts";
import { groupRejected } from "../policy/group-rejected.ts";
import { type Block, GAP } from "./block.ts";

/** Why offers were refused, in groups; `hidden` are counted and not shown. */
export interface Refused {
  /** Offers refused, and offers weighed in all. */
  readonly refused: number;
  readonly of: number;
  readonly groups: readonly { readonly offers: number; readonly why: string }[];
  readonly hidden?: { readonly offers: number; readonly hint: string } | undefined;
}

/** The table of refusals, as `explain`, `plan` and a deploy without a place show it; nothing when nothing was refused. */
export function refusedBlocks({ refused, of, groups, hidden }: Refused): readonly Block[] {
  if (refused === 0) return [];
  const rows = groups.map(({ offers, why }) => [String(offers), why]);
  return [
    GAP,
    { kind: "heading", text: `refused ${refused} of ${of}` },
    { kind: "table", columns: COLUMNS, rows, indent: 4, titled: false },
    ...(hidden === undefined || hidden.offers === 0
      ? []
      : [{ kind: "words", text: `and ${hidden.offers} more: ${hidden.hint}`, indent: 4 } as const]),
  ];
}

/** The refusals of a stored explanation. */
export function refusedIn(explanation: Explanation): Refused {
  const { ranked, rejected, omitted } = explanation;
  const refused = rejected.length + (omitted?.rejected ?? 0);
  const groups = omitted?.groups ?? groupsOf(explanation);
  return {
    refused,
    of: refused + ranked.length + (omitted?.ranked ?? 0),
    groups: groups.map(({ offers, reasons }) => ({
      offers,
      why: [...new Set(reasons.map(({ message }) => message))].join("; "),
    })),
  };
}

const COLUMNS = [{ title: "OFFERS", align: "right" }, { title: "WHY NOT" }] as const;

function groupsOf({ rejected }: Explanation): readonly RejectedGroup[] {
  return groupRejected(rejected).flatMap((group) =>
    group[0] === undefined ? [] : [{ offers: group.length, reasons: group[0].reasons }],
  );
}
