import { REMEDY } from "../../domain/fault.ts";
import { isFinal, type Attempt, type Run } from "../../domain/run.ts";
import { isLost, lostWords } from "./lost-host.ts";
import type { Tries } from "./tries.ts";
import { wasRefused } from "./tries.ts";
import type { PlaceRequest, RunWorld } from "./run-world.ts";

/** How long an offer that has refused a try is left out when another place is asked for, ms. */
const REFUSAL_HOLDS_MS = 300_000;

type Units = Run["units"];

/** The unit that the next try of an index runs as. */
export function unitOfIndex({ units }: Pick<Run, "units">, index: number): string {
  let before = 0;
  for (const { id, replicas } of units) {
    before += replicas;
    if (index < before) return id;
  }
  throw new Error(`a run has no unit for its container ${index}`);
}

/** A run's units after `indexes` have got these, one each and in this order. Those that are left stay listed, with none. */
export function movedUnits(units: Units, indexes: readonly number[], to: readonly string[]): Units {
  const moved = new Map(indexes.map((index, at) => [index, to[at]]));
  const byIndex = units
    .flatMap(({ id, replicas }) => Array.from({ length: replicas }, () => id))
    .map((id, index) => moved.get(index) ?? id);
  const listed: { id: string; replicas: number }[] = [];
  for (const id of byIndex) {
    const last = listed.at(-1);
    if (last?.id === id) last.replicas += 1;
    else listed.push({ id, replicas: 1 });
  }
  const stays = new Set(byIndex);
  const left = new Set(units.map(({ id }) => id).filter((id) => !stays.has(id)));
  return [...listed, ...[...left].map((id) => ({ id, replicas: 0 }))];
}

/** Whether a try's place has refused to let it begin for a reason that another place need not have. */
export function isRefused({ answeredAt, stop, setback, ...attempt }: Attempt): boolean {
  if (isFinal(attempt) || answeredAt !== undefined || stop !== undefined || setback === undefined)
    return false;
  const remedy = REMEDY[setback.kind];
  return remedy === "replan" || remedy === "park";
}

/**
 * The places that are asked for now: for indexes whose next try would begin on a host that is lost, and for those whose try its place
 * refuses. Undefined where every try may go on where it is.
 */
export function placeWanted(world: RunWorld, next: readonly Tries[], now: number): PlaceRequest | undefined {
  const { run, attempts } = world;
  const lost = next.map(({ index }) => index).filter((index) => isLost(world, unitOfIndex(run, index)));
  const refused = attempts.filter((one) => isRefused(one) && unitOfIndex(run, one.index) === one.unit);
  const [unit] = lost.map((index) => unitOfIndex(run, index));
  const because = unit === undefined ? refused[0]?.setback?.message : lostWords(world, unit);
  if (because === undefined) return undefined;
  const silences = lost.flatMap((index) => world.silentMs.get(unitOfIndex(run, index)) ?? []);
  return {
    indexes: [...lost, ...refused.map(({ index }) => index)],
    avoidHosts: silentHosts(world),
    ...refusing(world, refused, now),
    ...(silences.length === 0 ? {} : { silentMs: Math.min(...silences) }),
    isNeeded: lost.length > 0,
    because,
  };
}

function silentHosts({ units, silentMs, timing }: RunWorld): readonly string[] {
  const silent = [...units.values()].filter(({ id }) => (silentMs.get(id) ?? 0) >= timing.silentAfterMs);
  return [...new Set(silent.flatMap(({ place }) => place.host ?? []))];
}

// With those that refused a try before: two places that are both full would otherwise be tried in turn without end.
function refusing(
  { attempts, units }: RunWorld,
  refused: readonly Attempt[],
  now: number,
): Pick<PlaceRequest, "avoidOffers" | "avoidTargets"> {
  const lately = attempts.filter((one) => wasRefused(one) && now < (one.lookedAt ?? 0) + REFUSAL_HOLDS_MS);
  const all = [...refused, ...lately].flatMap(({ unit, setback }) => {
    const known = units.get(unit);
    return known === undefined ? [] : [{ ...known, isDenied: setback?.kind === "denied" }];
  });
  const denied = all.filter(({ isDenied }) => isDenied).flatMap(({ place }) => place.target ?? []);
  return {
    avoidOffers: [...new Set(all.map(({ offer }) => offer))],
    avoidTargets: [...new Set(denied)],
  };
}
