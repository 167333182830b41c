import { floatAt, intAt, itemAt } from "../at.ts";
import type { Rejected } from "../place.ts";
import { groupRejected } from "../group-rejected.ts";
import type { Entry } from "./entry.ts";
import type { Room } from "./room.ts";
import type { SpreadOver } from "../soft-rules.ts";
import type { Bound, Table } from "./table.ts";
import type { Objection } from "./verdicts.ts";

/** Groups of refusals, and bounds that ran out, that one sentence names. */
const MAX_NAMED = 3;

/** Why nothing is left to choose from: the commonest reasons, and how many offers each refuses. */
export function nothingStands(rejected: readonly Rejected[]): string {
  const groups = groupRejected(rejected).map((group) => ({
    offers: group.length,
    message: itemAt(group, 0)
      .reasons.map(({ message }) => message)
      .join("; "),
  }));
  return allRefused(groups, rejected.length);
}

/** The same, from what each rule objects to; an offer may have several against it. */
export function allRefused(objections: readonly Objection[], offers: number): string {
  if (offers === 0) return "no place offers anything: connect a target";
  const most = objections.toSorted((a, b) => b.offers - a.offers);
  const named = most.slice(0, MAX_NAMED).map((one) => `${one.offers} of ${offers}: ${one.message}`);
  const more = most.length > MAX_NAMED ? `; and ${most.length - MAX_NAMED} other reasons` : "";
  return `every offer is refused (${named.join(" | ")}${more})`;
}

/** Why none of the places that stand took it: what has too little room left, now that those before it are placed. */
export function nothingFits(entry: Entry, rows: Iterable<number>, room: Room, table: Table): string {
  const short = new Map<number, string>();
  for (const row of rows) {
    for (const [bound, each] of drawsOf(entry, row, table)) {
      const left = floatAt(room.free, bound);
      const about = table.boundOf[bound];
      if (about !== undefined && left < each * entry.replicas && !short.has(bound))
        short.set(bound, shortage(about, left, each * entry.replicas));
      if (short.size >= MAX_NAMED) break;
    }
    if (short.size >= MAX_NAMED) break;
  }
  const named = short.size === 0 ? "none of them has room for all" : [...short.values()].join("; ");
  const apart = entry.apart > 1 ? `, on ${entry.apart} different places as its policy asks` : "";
  return `no place that stands can take ${entry.replicas} replicas${apart}: ${named}. Add capacity, ask for less, or raise its priority`;
}

/** Why a workload of so few replicas cannot be spread. */
export function tooFew({ replicas, apart }: Entry, over: SpreadOver): string {
  return `the policy spreads it over ${apart} or more of ${over}, and it has ${replicas} replicas: set scale.min to ${apart} or more`;
}

function shortage({ label, unit }: Bound, left: number, asked: number): string {
  if (unit !== "USD") return `${label} has ${left} ${unit} left of the ${asked} it takes`;
  const usd = (micro: number): string => (micro / MICRO).toFixed(2);
  return `budget ${label} has ${usd(left)} USD a month left of the ${usd(asked)} it takes`;
}

const MICRO = 1_000_000;

function* drawsOf(entry: Entry, row: number, table: Table): Generator<readonly [number, number]> {
  for (let at = intAt(table.starts, row); at < intAt(table.starts, row + 1); at++)
    yield [intAt(table.bounds, at), floatAt(table.amounts, at)];
  for (const budget of entry.budgets) yield [budget, floatAt(table.microUsd, row)];
}
