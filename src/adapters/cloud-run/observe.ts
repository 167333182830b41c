import { AdapterError } from "../../domain/fault.ts";
import type { Observation, Sighting, Unrecognised } from "../../domain/observation.ts";
import { unitName } from "../../domain/unit-id.ts";
import type { Call, KnownUnit, KnownUnits } from "../adapter.ts";
import { inTurns } from "../in-turns.ts";
import type { Collection, Resource, ResourceName } from "./api.ts";
import type { Bench } from "./bench.ts";
import { ownMark, RESOURCE_LABEL } from "./labels.ts";
import { lastLinesOf } from "./logs.ts";
import { ownSecrets, type SeenSecret } from "./secrets.ts";
import { failedToCreate, observationOf } from "./view.ts";

/** Pages of 100 that one list is read for: Google lets a region have 1,000 services. */
const MOST_PAGES = 50;
/** Failed units whose last lines are read in one look: Logging lets a project ask once a second. */
const MOST_LOG_READS = 3;

/**
 * One look at every region of the target. It is complete when every page of every list was read and each known unit that no list shows
 * was asked for by name in its own region, unless it was not there a moment ago either. Throws `AdapterError` when no region can be read at all.
 */
export async function observeTarget(bench: Bench, known: KnownUnits, call: Call): Promise<Sighting> {
  const owner = await bench.owner();
  bench.seen.keepOnly(known);
  const { regions } = bench.config;
  const looks = await Promise.allSettled(regions.map((region) => regionOf(bench, region, call)));
  const seen = looks.flatMap((look) => (look.status === "fulfilled" ? look.value : []));
  const lost = looks.find((look) => look.status === "rejected");
  if (lost !== undefined && looks.every(({ status }) => status === "rejected")) throw lost.reason;
  const own = seen.flatMap((resource) => {
    const mark = ownMark(resource.labels, owner);
    return mark === undefined ? [] : [{ resource, mark }];
  });
  const mine = own.filter(({ resource, mark }) => known.has(mark.unit) && resource.collection !== "jobs");
  const units = new Map(mine.map(({ resource, mark }) => [mark.unit, resource]));
  const read = new Set(regions.filter((_, index) => looks[index]?.status === "fulfilled"));
  const unseen = [...known].filter(
    ([id, unit]) =>
      !unit.isJob && read.has(unit.region) && !units.has(id) && bench.seen.wantsRead(id, bench.now()),
  );
  const byName = await readByName(bench, unseen, call);
  const shown = new Map([...units, ...byName.found]);
  const strangers = own.filter(({ mark }) => !known.has(mark.unit));
  const strangeTries = own.filter(({ resource, mark }) => isStrangeTry(resource, known.get(mark.unit)));
  // The secrets of a unit that is told of anyway are told with it.
  const told = new Set([...known.keys(), ...strangers.map(({ mark }) => mark.unit)]);
  return {
    complete: lost === undefined && !byName.isLost,
    observations: [...(await observationsOf(bench, shown, call)), ...byName.failed],
    unrecognised: [
      ...[...strangers, ...strangeTries].map(({ resource, mark }) =>
        strangerOf(resource, known.has(mark.unit)),
      ),
      ...(await leftSecrets(bench, told, call)),
    ],
  };
}

async function regionOf(bench: Bench, region: string, call: Call): Promise<readonly Resource[]> {
  const collections: readonly Collection[] = ["services", "workerPools", "jobs"];
  return (await Promise.all(collections.map((one) => listAll(bench, one, region, call)))).flat();
}

/** Every resource of a collection in a region. Throws `AdapterError` when one of its pages cannot be read. */
export async function listAll(
  { api }: Bench,
  collection: Collection,
  region: string,
  call: Call,
): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  let pageToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await api.run.list(collection, region, pageToken, call);
    found.push(...page.items);
    if (page.nextPageToken === undefined) return found;
    pageToken = page.nextPageToken;
  }
  throw new AdapterError(
    "bug",
    `The list of ${collection} in ${region} does not end after ${MOST_PAGES} pages, so it proves nothing.`,
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

/** A unit's own resource by its name, in any of these regions and collections. */
export async function findUnit(
  bench: Bench,
  unit: string,
  id: string,
  regions: readonly string[],
  call: Call,
  collections: readonly Collection[],
): Promise<Resource | undefined> {
  const owner = await bench.owner();
  const names = regions.flatMap((one) =>
    collections.map((collection): ResourceName => ({ collection, region: one, id })),
  );
  for (const name of names) {
    const resource = await bench.api.run.get(name, call);
    if (resource !== undefined && ownMark(resource.labels, owner)?.unit === unit) return resource;
  }
  return undefined;
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

// What is being deleted goes by itself.
function isStrangeTry({ collection, id, deleting }: Resource, unit: KnownUnit | undefined): boolean {
  return collection === "jobs" && !deleting && unit !== undefined && !unit.tries.has(id);
}

function strangerOf({ labels, id, region, collection, createdAt }: Resource, isTry: boolean): Unrecognised {
  const since = createdAt === undefined ? "" : `, made at ${new Date(createdAt).toISOString()}`;
  const whose = isTry ? ", which none of its workload's runs has under way" : "";
  return { ...named(labels, id), region, detail: `${COLLECTION_WORDS[collection]} ${id}${since}${whose}` };
}

const COLLECTION_WORDS: Readonly<Record<Collection, string>> = {
  services: "Cloud Run service",
  workerPools: "Cloud Run worker pool",
  jobs: "Cloud Run job",
};

// Named by what it was made for, for by that name it is removed. A secret whose unit is known belongs to it, or to one of its tries; it goes when they go.
async function leftSecrets(
  bench: Bench,
  known: ReadonlySet<string>,
  call: Call,
): Promise<readonly Unrecognised[]> {
  if (!bench.seen.takeSecretsTurn(bench.now())) return [];
  return (await secretsSeen(bench, call)).flatMap(({ id, labels }): readonly Unrecognised[] => {
    const name = labels[RESOURCE_LABEL];
    // What does not say what it was made for must not be removed by a name that might be somebody else's.
    if (name === undefined || known.has(labels["berth-unit"] ?? "")) return [];
    return [{ ...named(labels, name), detail: `Secret Manager secret ${id}` }];
  });
}

// What was left over waits for a later turn: it says nothing of the units, which were seen.
async function secretsSeen(bench: Bench, call: Call): Promise<readonly SeenSecret[]> {
  try {
    return await ownSecrets(await bench.secrets(), call);
  } catch (error) {
    if (error instanceof AdapterError) return [];
    throw error;
  }
}

function named(labels: Readonly<Record<string, string>>, name: string): Omit<Unrecognised, "detail"> {
  const text = (key: string) => labels[`berth-${key}`] ?? "";
  return {
    unit: text("unit"),
    name,
    project: text("project"),
    environment: text("environment"),
    workload: text("workload"),
  };
}
