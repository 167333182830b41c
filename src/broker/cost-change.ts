import type { ReadLedgerRow } from "../domain/ledger.ts";
import { daysOf, isHourly, type Pico, shareOf } from "../domain/spend.ts";
import type { CostRange } from "./cost-groups.ts";
import { isUsageMeter } from "./time-based.ts";

/** Why a sum changed between two periods, in parts that add up to the difference exactly. */
export interface CostChange {
  readonly before: Pico;
  readonly after: Pico;
  readonly parts: {
    /** The same work at other rates. */
    readonly price: Pico;
    /** More or fewer requests, bytes and logs. */
    readonly usage: Pico;
    /** More or fewer replicas, for longer or shorter, or of another size. */
    readonly replicas: Pico;
    /** The same work in other places. */
    readonly moves: Pico;
    /** Workloads that cost nothing before. */
    readonly new: Pico;
    /** Workloads that cost nothing any more. */
    readonly removed: Pico;
  };
}

/** The change of one workload. */
export interface WorkloadChange extends CostChange {
  readonly environment: string;
  readonly workload: string;
}

/** Why each workload's cost changed from one period to another, those that changed most first. Pure. */
export function explainChange(
  rows: { readonly before: readonly ReadLedgerRow[]; readonly after: readonly ReadLedgerRow[] },
  ranges: { readonly before: CostRange; readonly after: CostRange },
): readonly WorkloadChange[] {
  const before = byWorkload(rows.before, ranges.before);
  const after = byWorkload(rows.after, ranges.after);
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .map((key) => changeOf(before.get(key), after.get(key)))
    .toSorted((a, b) => order(size(b), size(a)) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** The sum of some changes. */
export function totalChange(changes: readonly CostChange[]): CostChange {
  const add = (of: (change: CostChange) => Pico) => changes.reduce((sum, change) => sum + of(change), 0n);
  return {
    before: add(({ before }) => before),
    after: add(({ after }) => after),
    parts: {
      price: add(({ parts }) => parts.price),
      usage: add(({ parts }) => parts.usage),
      replicas: add(({ parts }) => parts.replicas),
      moves: add(({ parts }) => parts.moves),
      new: add(({ parts }) => parts.new),
      removed: add(({ parts }) => parts.removed),
    },
  };
}

/** What something came to: money, and how much of it ran or was used. */
interface Use {
  usd: Pico;
  quantity: Pico;
}
interface WorkloadUse extends Pick<WorkloadChange, "environment" | "workload"> {
  usd: Pico;
  /** Meter -> place -> what it came to there. */
  readonly meters: Map<string, Map<string, Use>>;
}

function byWorkload(rows: readonly ReadLedgerRow[], range: CostRange): ReadonlyMap<string, WorkloadUse> {
  const all = new Map<string, WorkloadUse>();
  for (const row of rows) {
    const days = daysOf(row, range);
    if (days.length === 0) continue;
    const { environment, workload, provider, target, region, meter, measure } = row;
    const of = valueAt(all, JSON.stringify([environment, workload]), () => ({
      environment,
      workload,
      usd: 0n,
      meters: new Map(),
    }));
    const places = valueAt(of.meters, meter, () => new Map<string, Use>());
    const use = valueAt(places, JSON.stringify([provider, target, region]), () => ({
      usd: 0n,
      quantity: 0n,
    }));
    for (const { effective, quantity } of days) {
      of.usd += effective;
      use.usd += effective;
      // The same meter is sold by the hour here and by the second there.
      use.quantity += isHourly(measure) ? quantity * SECONDS_PER_HOUR : quantity;
    }
  }
  return all;
}

const SECONDS_PER_HOUR = 3_600n;
const NO_PARTS = { price: 0n, usage: 0n, replicas: 0n, moves: 0n, new: 0n, removed: 0n } as const;

function changeOf(before: WorkloadUse | undefined, after: WorkloadUse | undefined): WorkloadChange {
  const known = after ?? before;
  if (known === undefined) throw new Error("a workload that is in neither period cannot have changed");
  const { environment, workload } = known;
  const sums = { environment, workload, before: before?.usd ?? 0n, after: after?.usd ?? 0n };
  if (before === undefined) return { ...sums, parts: { ...NO_PARTS, new: sums.after } };
  if (after === undefined) return { ...sums, parts: { ...NO_PARTS, removed: -sums.before } };
  const parts = { ...NO_PARTS };
  const moved = placesOf(before) !== placesOf(after);
  for (const meter of new Set([...before.meters.keys(), ...after.meters.keys()])) {
    const amount = isUsageMeter(meter) ? "usage" : "replicas";
    const meterParts = partsOf(before.meters.get(meter), after.meters.get(meter));
    parts.price += meterParts.price;
    parts[amount] += meterParts.amount;
    // What neither rate nor amount explains is where it ran; a meter that is new at the old place is more of something there.
    parts[moved || meterParts.both ? "moves" : amount] += meterParts.rest;
  }
  return { ...sums, parts };
}

type Places = ReadonlyMap<string, Use>;

function partsOf(before: Places = new Map(), after: Places = new Map()) {
  const [was, is] = [total(before), total(after)];
  const difference = is.usd - was.usd;
  if (was.quantity === 0n || is.quantity === 0n)
    return { price: 0n, amount: 0n, rest: difference, both: false };
  const amount = shareOf(was.usd, is.quantity, was.quantity) - was.usd;
  let price = 0n;
  for (const [place, now] of after) {
    const then = before.get(place);
    if (then !== undefined && then.quantity !== 0n)
      price += now.usd - shareOf(then.usd, now.quantity, then.quantity);
  }
  return { price, amount, rest: difference - amount - price, both: true };
}

const total = (places: Places): Use =>
  [...places.values()].reduce(
    (sum, { usd, quantity }) => ({ usd: sum.usd + usd, quantity: sum.quantity + quantity }),
    { usd: 0n, quantity: 0n },
  );

function placesOf({ meters }: WorkloadUse): string {
  return JSON.stringify(
    [...new Set([...meters.values()].flatMap((places) => [...places.keys()]))].toSorted(),
  );
}

function valueAt<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const size = ({ before, after }: CostChange): Pico => (after > before ? after - before : before - after);
const nameOf = ({ environment, workload }: WorkloadChange): string => `${environment}/${workload}`;
const order = (a: Pico, b: Pico): number => (a < b ? -1 : a > b ? 1 : 0);
