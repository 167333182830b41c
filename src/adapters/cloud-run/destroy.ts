import { AdapterError } from "../../domain/fault.ts";
import type { Call, UnitRef } from "../adapter.ts";
import type { Resource } from "./api.ts";
import type { Bench } from "./bench.ts";
import { findUnit, listAll } from "./find.ts";
import { ownMark, requireOwn } from "./labels.ts";
import { endJob } from "./runs.ts";
import { removeSecrets } from "./secrets.ts";

/** Removes what is there of a unit: its service or pool by name, tries by their mark, and last every secret that was made for it. */
export async function destroyUnit(bench: Bench, ref: UnitRef, call: Call): Promise<"gone" | "going"> {
  const { id, name } = ref;
  const regions = ref.region === undefined ? bench.config.regions : [ref.region];
  // A try that nobody knows any more is a job; whoever removes it names it as it was reported.
  const named = await findUnit(bench, id, name, regions, call, ["services", "workerPools", "jobs"]);
  const there = named === undefined ? await triesOf(bench, id, regions, call) : [named];
  const owner = await bench.owner();
  for (const resource of there) {
    requireOwn(resource.id, resource.labels, id, owner);
    if (!resource.deleting) await removeOnce(bench, resource, call);
  }
  if (there.length > 0) return "going";
  return (await removeSecrets(await bench.secrets(), { unit: id }, call)) ? "gone" : "going";
}

// Nobody tells their names: a unit that is gone from the plan may have tries that were begun late.
async function triesOf(
  bench: Bench,
  unit: string,
  regions: readonly string[],
  call: Call,
): Promise<readonly Resource[]> {
  const owner = await bench.owner();
  const jobs = await Promise.all(regions.map((region) => listAll(bench, "jobs", region, call)));
  return jobs.flat().filter(({ labels }) => ownMark(labels, owner)?.unit === unit);
}

// While Google still makes a thing it may refuse to delete it; whoever asked is asked to come again.
async function removeOnce(bench: Bench, there: Resource, call: Call): Promise<void> {
  if (there.collection === "jobs") return await endJob(bench, there, call);
  try {
    await bench.api.run.remove(there, there.etag, call);
  } catch (error) {
    if (!(error instanceof AdapterError) || error.kind !== "conflict") throw error;
  }
}
