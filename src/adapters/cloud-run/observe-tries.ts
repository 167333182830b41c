import type { RunObservation, RunRef } from "../../domain/run.ts";
import type { Call, Try, TrySightings } from "../adapter.ts";
import { eachGroup, eachTry } from "../each-try.ts";
import type { Resource } from "./api.ts";
import type { Bench } from "./bench.ts";
import { listAll } from "./find.ts";
import { listedTryState, startingAt, tryName, tryState } from "./try-state.ts";

/** More tries than this in a region are looked for in the list of its jobs, of which a page shows a hundred; each by name takes two calls. */
const FEW = 2;
/** Tries read by name in one look at a region. */
const MOST_READ = 50;
/** Of them, those that have failed: each has a log to read, and so many Logging answers at once (cloud.google.com/logging/quotas). */
const MOST_FAILED = 6;

/** How tries stand, each region's at once: what goes on is told by the list of jobs, and what begins or ends is read by name. */
export async function observeTries(bench: Bench, tries: readonly Try[], call: Call): Promise<TrySightings> {
  return await eachGroup(
    tries,
    ({ unit }) => unit.place.region,
    async (group) => await observeRegion(bench, group, call),
  );
}

async function observeRegion(bench: Bench, tries: readonly Try[], call: Call): Promise<TrySightings> {
  const region = tries[0]?.unit.place.region ?? "";
  const jobs = tries.length <= FEW ? [] : await listAll(bench, "jobs", region, call);
  const listed = new Map(jobs.map((job) => [job.id, job]));
  const goingOn = tellingJobs(bench, tries, listed);
  let [read, failed] = [0, 0];
  const turn = tries.filter(({ run: { name } }) => {
    if (goingOn.has(name)) return true;
    if (listed.get(name)?.executionStage === "failed" && ++failed > MOST_FAILED) return false;
    return ++read <= MOST_READ;
  });
  return await eachTry(turn, async (one) => {
    const { name } = one.run;
    const told = goingOn.get(name);
    if (told !== undefined) return await listedTryState(bench, one, told, call);
    const job = listed.get(name) ?? (await bench.api.run.get(tryName(one.unit, one.run), call));
    return job === undefined ? await missing(bench, one.run, call) : await tryState(bench, one, job, call);
  });
}

/** The jobs, as the list shows them, of tries that have not ended and that nothing more is to be read of. */
function tellingJobs(
  { tryReads, now }: Bench,
  tries: readonly Try[],
  listed: ReadonlyMap<string, Resource>,
): ReadonlyMap<string, Resource> {
  const shown = tries.flatMap(({ run }) => listed.get(run.name) ?? []);
  const running = shown.filter(({ executionStage }) => executionStage === "running").map(({ id }) => id);
  const believed = tryReads.believed(running, now());
  const telling = shown.filter(({ id, execution, executionStage, terminal }) => {
    if (execution === undefined) return terminal?.state !== "failed";
    return executionStage === "pending" || believed.has(id);
  });
  return new Map(telling.map((job) => [job.id, job]));
}

async function missing(bench: Bench, { name, startedAt }: RunRef, call: Call): Promise<RunObservation> {
  const nothing = startingAt(bench.now());
  if (startedAt === undefined) return nothing;
  const error = await bench.creations.errorOf(name, call);
  if (error === undefined)
    return { ...nothing, phase: "unknown", reason: "Google has no such job (any more)." };
  return { ...nothing, phase: "failed", reason: `Google could not create it: ${error.message}` };
}
