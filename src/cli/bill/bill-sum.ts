import { Big } from "big.js";
import type { ChargeCategory } from "../../domain/bill.ts";
import { isoDay } from "../../domain/iso-day.ts";
import { Refusal } from "../refusal.ts";
import type { Charge, NotTaken, Reading } from "./focus-charge.ts";

/** Lines of a bill that the API takes: 2,000 pages of 500. */
const MAX_LINES = 1_000_000;
/** Decimal places of what is sent: the ledger counts in millionths of a millionth of a dollar. */
const PLACES = 12;

/** One line as the API takes it. */
export interface BillLine {
  readonly unit: string;
  readonly day: string;
  readonly meter: string;
  readonly category: ChargeCategory;
  readonly effectiveUsd: string;
  readonly billedUsd: string;
  readonly listUsd: string;
}

/** Rows and what they come to, USD. */
export interface Tally {
  readonly rows: number;
  readonly usd: string;
}

/** What files say for one target, added up. */
export interface BillSum {
  /** By day, unit, meter and category, in that order. */
  readonly lines: readonly BillLine[];
  readonly rows: number;
  /** What is taken, by category. `usd` of usage is effective cost, of the others billed cost. */
  readonly taken: ReadonlyMap<ChargeCategory, Tally>;
  readonly passed: ReadonlyMap<NotTaken, Tally>;
  /** Rows that could not be read, and the first of them in words. */
  readonly wrong: number;
  readonly firstWrong: string | undefined;
  /** The months that rows of this account are billed in. */
  readonly months: readonly string[];
  /** The days of its usage, ms: first and last. Undefined where there is none. */
  readonly days: { readonly first: number; readonly last: number } | undefined;
}

interface Open {
  readonly unit: string;
  readonly day: number;
  readonly meter: string;
  readonly category: ChargeCategory;
  effective: Big;
  billed: Big;
  list: Big;
}

/** Adds rows up, exactly and in any order, until the sum is asked for. */
export function openSum() {
  const lines = new Map<string, Open>();
  const taken = new Map<ChargeCategory, { rows: number; usd: Big }>();
  const passed = new Map<NotTaken, { rows: number; usd: Big }>();
  const months = new Set<string>();
  const words = new Map<string, string>();
  let [rows, wrong, first, last] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let firstWrong: string | undefined;

  const take = (charge: Charge) => {
    const { day, category, effective, billed, list, whose } = charge;
    months.add(charge.month);
    if (category === "usage" && isoDay(day).startsWith(charge.month)) {
      first = Math.min(first, day);
      last = Math.max(last, day);
    }
    const usd = category === "usage" ? effective : billed;
    if ("not" in whose) {
      count(passed, whose.not, usd);
      return;
    }
    count(taken, category, usd);
    const key = `${day} ${whose.unit} ${category} ${whose.meter}`;
    const line = lines.get(key);
    if (line !== undefined) {
      line.effective = line.effective.plus(effective);
      line.billed = line.billed.plus(billed);
      line.list = line.list.plus(list);
      return;
    }
    if (lines.size === MAX_LINES)
      throw new Refusal(
        2,
        `that is more than ${MAX_LINES} lines by day, unit and meter, which one bill may have`,
      );
    // A piece of a row keeps all of the text it was cut out of: few words are kept, for all lines.
    const meter = words.get(whose.meter) ?? Buffer.from(whose.meter).toString();
    words.set(meter, meter);
    lines.set(key, { unit: whose.unit, day, meter, category, effective, billed, list });
  };

  return {
    /** `row` counts from 1 in its file, the header not counted. */
    add(reading: Reading, file: string, row: number): void {
      rows += 1;
      if ("wrong" in reading) {
        wrong += 1;
        firstWrong ??= `${file}: row ${row} ${reading.wrong}`;
      } else if ("passed" in reading) count(passed, reading.passed, NOTHING);
      else take(reading);
    },
    sum: (): BillSum => ({
      lines: [...lines.values()].toSorted(byDayAndUnit).map(lineOf),
      rows,
      taken: settled(taken),
      passed: settled(passed),
      wrong,
      firstWrong,
      months: [...months].toSorted(),
      days: first > last ? undefined : { first, last },
    }),
  };
}

const NOTHING = new Big(0);

function count<K>(tallies: Map<K, { rows: number; usd: Big }>, key: K, usd: Big): void {
  const { rows, usd: before } = tallies.get(key) ?? { rows: 0, usd: NOTHING };
  tallies.set(key, { rows: rows + 1, usd: before.plus(usd) });
}

const settled = <K>(tallies: ReadonlyMap<K, { rows: number; usd: Big }>): ReadonlyMap<K, Tally> =>
  new Map([...tallies].map(([key, { rows, usd }]) => [key, { rows, usd: plain(usd) }]));

const byDayAndUnit = (a: Open, b: Open): number =>
  a.day - b.day || order(a.unit, b.unit) || order(a.meter, b.meter) || order(a.category, b.category);
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const lineOf = ({ unit, day, meter, category, effective, billed, list }: Open): BillLine => ({
  unit,
  day: isoDay(day),
  meter,
  category,
  effectiveUsd: plain(effective),
  billedUsd: plain(billed),
  listUsd: plain(list),
});

function plain(amount: Big): string {
  const rounded = amount.round(PLACES, Big.roundHalfUp);
  return rounded.eq(0) ? "0" : rounded.toFixed();
}
