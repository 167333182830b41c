import { MARK_PREFIX } from "../adapters/mark.ts";
import { billedAccount } from "../adapters/registry.ts";
import type { Bill, BilledLine } from "../domain/bill.ts";
import { Fault } from "../domain/fault.ts";
import { isoDay } from "../domain/iso-day.ts";
import { sum } from "../domain/money.ts";
import type { Target } from "../store/instance.ts";
import { iso } from "./instants.ts";
import { DAY_MS, monthOf, type Month } from "./months.ts";
import type { Caller, Ports } from "./ports.ts";
import { requireTarget } from "./targets.ts";
import { providerOf } from "./target-provider.ts";

/** Pages of one bill at most. */
export const MAX_BILL_PAGES = 2_000;

type BillPorts = Pick<Ports, "store" | "now">;

/** A bill as the API shows it: days are those of UTC. */
export function billView({ target, month, from, to, rows, importedAt, importedBy }: Bill) {
  return {
    target,
    month,
    from: isoDay(from),
    to: isoDay(to),
    rows,
    importedAt: iso(importedAt),
    importedBy,
  };
}

/**
 * How charges for what Berth runs at a target are told from others in its provider's bill, and the months that are in. Throws `Fault`
 * "not-found" where there is no such target, "conflict" for one that no provider bills.
 */
export async function readBills(ports: BillPorts, caller: Caller, targetName: string) {
  const target = await billedTarget(ports, caller, targetName);
  const { id } = await ports.store.installation(ports.now());
  const bills = await ports.store.bills(caller.project.id);
  return {
    target: target.name,
    provider: providerOf(target),
    account: billedAccount(target),
    marks: {
      [`${MARK_PREFIX}installation`]: id.toLowerCase(),
      [`${MARK_PREFIX}project`]: caller.project.id.toLowerCase(),
    },
    unitMark: `${MARK_PREFIX}unit`,
    bills: bills.filter((bill) => bill.target === target.name).map(billView),
  };
}

/** Which page of which import. */
export interface BillPage {
  readonly target: string;
  readonly month: string;
  readonly import: string;
  readonly page: string;
}

/** A line as it is sent: with the id of the unit it is for, or how that begins. `day` is ISO, UTC. */
export type SentLine = Omit<BilledLine, "day"> & { readonly unit: string; readonly day: string };

/** Why a line is not kept, in the order in which they are asked. */
const WHY_NOT = {
  "other-day": "the charge is not for a day of that month, nor corrects one of the thirteen months before",
  "unknown-unit": "no unit of this project at this target has that id: it is another project's or target's",
  "several-units": "more than one unit's id begins so: give more of it",
} as const;
type WhyNot = keyof typeof WHY_NOT;

/**
 * Keeps one page of an import, which counts for nothing until it is put in force; with `dryRun` only says what would be kept. Only lines
 * for the caller's own units are. Throws `Fault` "not-found", "invalid-path", or "conflict" when that import is in force.
 */
export async function stageBill(
  ports: BillPorts,
  caller: Caller,
  at: BillPage,
  { lines, dryRun }: { readonly lines: readonly SentLine[]; readonly dryRun: boolean },
) {
  const target = await billedTarget(ports, caller, at.target);
  const month = monthNamed(at.month, ports.now());
  const page = pageNumber(at.page);
  const project = caller.project.id;
  const ids = lines.map(({ unit }) => unit);
  const known = Map.groupBy(await ports.store.unitsBilled(project, target.id, ids), ({ asked }) => asked);
  const judged = lines.map((line) => {
    const units = known.get(line.unit) ?? [];
    return { line, unit: units[0], why: whyNot(line, month, units.length) };
  });
  const kept = judged.flatMap(({ line: { unit: _asked, day, ...line }, unit, why }) => {
    if (unit === undefined || why !== undefined) return [];
    const { asked: _as, ...whose } = unit;
    return [{ ...line, ...whose, day: midnight(day) }];
  });
  const staged = { project, target: target.name, month: month.name, import: at.import, page, lines: kept };
  if (!dryRun && !(await ports.store.stageBillPage({ ...staged, now: ports.now() })))
    throw new Fault(
      "conflict",
      `Import ${at.import} is in force for ${target.name} and ${month.name}: begin another to change that bill.`,
    );
  return { kept: kept.length, refused: refusals(judged) };
}

export interface WantedBill {
  readonly import: string;
  readonly pages: number;
  readonly rows: number;
  /** ISO days, UTC, [from, to). */
  readonly from: string;
  readonly to: string;
}

/**
 * Puts an import in force in place of what was for that month. Throws `Fault` "conflict", and changes nothing, unless its pages and lines
 * are all there; "invalid-body" for days that are not the month's.
 */
export async function putBill(
  ports: BillPorts,
  caller: Caller,
  at: Pick<BillPage, "target" | "month">,
  wanted: WantedBill,
) {
  const target = await billedTarget(ports, caller, at.target);
  const now = ports.now();
  const month = monthNamed(at.month, now);
  const [from, to] = [midnight(wanted.from), midnight(wanted.to)];
  if (!(from >= month.from && to <= month.to && from < to)) {
    const message = `must be days of ${month.name}, from before to; to may be the first of the next month`;
    throw new Fault("invalid-body", `The days of the bill ${message}.`, {
      problems: [{ pointer: "/from", message }],
    });
  }
  const { pages, rows, import: id } = wanted;
  const key = { project: caller.project.id, target: target.name, month: month.name };
  const bill = { ...key, import: id, from, to, rows, importedAt: now, importedBy: caller.actor };
  if (await ports.store.putBill(bill, pages)) return billView(bill);
  throw new Fault(
    "conflict",
    `Of import ${id} there are not ${pages} pages with ${rows} lines: one is missing, or another import of ${month.name} was put in force meanwhile. Begin again; the bill that was in force still is.`,
  );
}

/** Forgets the bill of a month. Throws `Fault` "not-found" where none is in force. */
export async function deleteBill(
  ports: BillPorts,
  caller: Caller,
  { target, month }: Pick<BillPage, "target" | "month">,
): Promise<void> {
  if (!(await ports.store.deleteBill({ project: caller.project.id, target, month })))
    throw new Fault("not-found", `There is no bill of ${target} for ${month} in ${caller.project.name}.`);
}

/** Months that a correction may reach back: providers reissue what is a year old at most. */
const CORRECTED_DAYS = 400;
/** Google's months end at midnight in California, which is in the morning of the next one's first day, UTC. */
export const LATE_MS = DAY_MS;

function whyNot({ day }: SentLine, month: Month, units: number): WhyNot | undefined {
  const at = midnight(day);
  if (!(at >= month.from - CORRECTED_DAYS * DAY_MS && at < month.to + LATE_MS)) return "other-day";
  if (units === 0) return "unknown-unit";
  return units > 1 ? "several-units" : undefined;
}

function refusals(judged: readonly { readonly line: SentLine; readonly why: WhyNot | undefined }[]) {
  const refused = Map.groupBy(judged, ({ why }) => why);
  return [...refused].flatMap(([why, some]) => {
    const [first] = some;
    if (why === undefined || first === undefined) return [];
    // As they would have counted: usage with what was paid beforehand for it, the rest as invoiced.
    const usd = sum(some.map(({ line }) => (line.category === "usage" ? line.effectiveUsd : line.billedUsd)));
    return [{ reason: why, message: WHY_NOT[why], count: some.length, usd, example: first.line.unit }];
  });
}

async function billedTarget(ports: BillPorts, caller: Caller, name: string): Promise<Target> {
  const target = await requireTarget(ports, caller, name);
  if (providerOf(target) !== "agents") return target;
  throw new Fault(
    "conflict",
    `Target ${name} is a pool of your own machines, which no provider bills: name a target of a cloud.`,
  );
}

function monthNamed(name: string, now: number): Month {
  const at = /^\d{4}-(?:0[1-9]|1[0-2])$/.test(name) ? Date.parse(`${name}-01T00:00:00Z`) : Number.NaN;
  if (at <= now) return monthOf(at);
  throw new Fault("invalid-path", "In the path, month must be one that has begun, such as 2026-10.");
}

function pageNumber(text: string): number {
  const page = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (page >= 1 && page <= MAX_BILL_PAGES) return page;
  throw new Fault("invalid-path", `In the path, page must be a number from 1 to ${MAX_BILL_PAGES}.`);
}

// Not every text of that form is a day: what is the 31st of November elsewhere is not a number here.
function midnight(day: string): number {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) || !iso(at).startsWith(day) ? Number.NaN : at;
}
