import { AdapterError } from "../../domain/fault.ts";
import type { Observation, Sighting } from "../../domain/observation.ts";
import { unitName } from "../../domain/unit-id.ts";
import type { Call, KnownUnit, KnownUnits } from "../adapter.ts";
import { inTurns } from "../in-turns.ts";
import type { Collection, Resource } from "./api.ts";
import type { Bench } from "./bench.ts";
import { findUnit, listAll } from "./find.ts";
import { ownMark } from "./labels.ts";
import { lastLinesOf } from "./logs.ts";
import { type Marked, unrecognisedAmong } from "./strangers.ts";
import { failedToCreate, observationOf } from "./view.ts";

/** Failed units whose last lines are read in one look: Logging lets a project ask once a second. */
const MOST_LOG_READS = 3;

/**
 * One look at every region of the target. It is complete when every page of every list was read and each known unit that no list shows
 * was asked for by name in its own region, unless it was not there a moment ago either. Throws `AdapterError` when no region can be read at all.
 */
export async function observeTarget(bench: Bench, known: KnownUnits, call: Call): Promise<Sighting> {
  bench.seen.keepOnly(known);
  const look = await lookAround(bench, call);
  const listed = unitsAmong(look.own, known);
  const byName = await readByName(bench, unlisted(bench, known, listed, look.read), call);
  const units = new Map([...listed, ...byName.found]);
  return {
    complete: !look.isLost && !byName.isLost,
    observations: [...(await observationsOf(bench, units, call)), ...byName.failed],
    unrecognised: await unrecognisedAmong(bench, look.own, known, call),
  };
}

/** What the lists of all regions show. */
interface Look {
  /** Everything that carries our mark. */
  readonly own: readonly Marked[];
  /** The regions that could be read. */
  readonly read: ReadonlySet<string>;
  /** Whether any could not. */
  readonly isLost: boolean;
}

async function lookAround(bench: Bench, call: Call): Promise<Look> {
  const owner = await bench.owner();
  const { regions } = bench.config;
  const answers = await Promise.allSettled(regions.map((region) => regionOf(bench, region, call)));
  const lost = answers.find(({ status }) => status === "rejected");
  if (lost?.status === "rejected" && answers.every(({ status }) => status === "rejected")) throw lost.reason;
  const seen = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  const own = seen.flatMap((resource): Marked[] => {
    const mark = ownMark(resource.labels, owner);
    return mark === undefined ? [] : [{ resource, mark }];
  });
  const read = new Set(regions.filter((_, index) => answers[index]?.status === "fulfilled"));
  return { own, read, isLost: lost !== undefined };
}

async function regionOf(bench: Bench, region: string, call: Call): Promise<readonly Resource[]> {
  const collections: readonly Collection[] = ["services", "workerPools", "jobs"];
  return (await Promise.all(collections.map((one) => listAll(bench, one, region, call)))).flat();
}

function unitsAmong(own: readonly Marked[], known: KnownUnits): ReadonlyMap<string, Resource> {
  const mine = own.filter(({ resource, mark }) => known.has(mark.unit) && resource.collection !== "jobs");
  return new Map(mine.map(({ resource, mark }) => [mark.unit, resource]));
}

// A unit of a region that could not be read is left alone: nothing is known of it.
function unlisted(
  bench: Bench,
  known: KnownUnits,
  listed: ReadonlyMap<string, Resource>,
  read: ReadonlySet<string>,
): readonly (readonly [string, KnownUnit])[] {
  return [...known].filter(
    ([id, unit]) =>
      !unit.isJob && read.has(unit.region) && !listed.has(id) && bench.seen.wantsRead(id, bench.now()),
  );
}

// A list may lag behind a creation; a read by name does not. What neither shows, and whose creation failed, says why.
async function readByName(bench: Bench, units: readonly (readonly [string, KnownUnit])[], call: Call) {
  const found: [string, Resource][] = [];
  const failed: Observation[] = [];
  let isLost = false;
  await inTurns(units, async ([unit, at]) => {
    try {
      const resource = await unitAt(bench, unit, at, call);
      if (resource !== undefined) return void found.push([unit, resource]);
      const error = await bench.creations.errorOf(unitName(unit), call);
      if (error !== undefined) return void failed.push(failedToCreate(unit, error, bench.now()));
      return bench.seen.isAbsent(unit, bench.now());
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      isLost = true;
    }
  });
  return { found, failed, isLost };
}

async function unitAt(bench: Bench, unit: string, { region, isRouted }: KnownUnit, call: Call) {
  const collection = isRouted ? "services" : "workerPools";
  const resource = await findUnit(bench, unit, unitName(unit), [region], call, [collection]);
  if (resource !== undefined) bench.seen.mayBeThere(unit);
  return resource;
}

async function observationsOf(
  bench: Bench,
  units: ReadonlyMap<string, Resource>,
  call: Call,
): Promise<readonly Observation[]> {
  const observations: Observation[] = [];
  let logReads = 0;
  for (const [unit, resource] of units) {
    const plain = observationOf(bench, unit, resource);
    const wantsLines = plain.phase === "failed" && logReads < MOST_LOG_READS;
    if (wantsLines) logReads += 1;
    const lines = wantsLines ? await lastLinesOf(bench, resource, call) : [];
    observations.push(wantsLines ? observationOf(bench, unit, resource, lines) : plain);
  }
  return observations;
}
