import type { Attempt } from "../../src/domain/run.ts";
import type { Store } from "../../src/store/store.ts";
import { JOBS } from "./jobs.ts";
import type { World } from "./world.ts";

/** More than any simulation begins of one job. */
const ALL = 200;

/**
 * Tries by the names of which something is in an account that was begun as another unit. After a restore the older copy begins a schedule's
 * moment anew, under the same name, by a plan that may be another: its account refuses that, and nothing is removed on a guess. The broker
 * asks for a day whether it may take it away, which is longer than any simulation; until then the try stays, and its unit with it.
 */
export async function lostTries(world: World, store: Store): Promise<readonly Attempt[]> {
  if (!world.restored) return [];
  const { project, environment } = world.caller;
  const scope = { project: project.id, environment };
  const there = new Set(world.truth.tries().flatMap(({ name, taken }) => (taken ? [] : [name])));
  const lost: Attempt[] = [];
  for (const { name } of JOBS)
    for (const { id } of await store.runs(scope, name, { limit: ALL }))
      for (const attempt of await store.attempts(scope, name, id)) {
        const isRefused = attempt.setback?.kind === "conflict" && !attempt.released;
        if (isRefused && there.has(attempt.name)) lost.push(attempt);
      }
  return lost;
}
