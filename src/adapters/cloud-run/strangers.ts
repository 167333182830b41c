import { AdapterError } from "../../domain/fault.ts";
import type { Unrecognised } from "../../domain/observation.ts";
import type { Call, KnownUnit, KnownUnits } from "../adapter.ts";
import type { Mark } from "../mark.ts";
import type { Collection, Resource } from "./api.ts";
import type { Bench } from "./bench.ts";
import { RESOURCE_LABEL } from "./labels.ts";
import { ownSecrets, type SeenSecret } from "./secrets.ts";

/** A resource with our mark. */
export interface Marked {
  readonly resource: Resource;
  readonly mark: Mark;
}

/** What carries our mark and is nobody's: units that are not known, tries that their unit's runs do not have, and secrets that were left. */
export async function unrecognisedAmong(
  bench: Bench,
  own: readonly Marked[],
  known: KnownUnits,
  call: Call,
): Promise<readonly Unrecognised[]> {
  const strangers = own.filter(({ mark }) => !known.has(mark.unit));
  const strangeTries = own.filter(({ resource, mark }) => isStrangeTry(resource, known.get(mark.unit)));
  // The secrets of a unit that is told of anyway are told with it.
  const told = new Set([...known.keys(), ...strangers.map(({ mark }) => mark.unit)]);
  return [
    ...strangers.map(({ resource }) => strangerOf(resource, false)),
    ...strangeTries.map(({ resource }) => strangerOf(resource, true)),
    ...(await leftSecrets(bench, told, call)),
  ];
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
