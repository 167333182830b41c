import { AdapterError } from "../domain/fault.ts";
import type { RunObservation } from "../domain/run.ts";
import type { Try, TrySightings } from "./adapter.ts";
import { inTurns } from "./in-turns.ts";

/** Asks for each of these tries by itself, a few at a time. Why one cannot be told of says nothing of the others. */
export async function eachTry<T extends Try>(
  tries: readonly T[],
  ask: (one: T) => Promise<RunObservation>,
): Promise<TrySightings> {
  return new Map(await inTurns(tries, async (one) => [one.run.name, await orError(() => ask(one))] as const));
}

/**
 * Asks for tries in groups, such as those of one region, all groups at once. A group that cannot be asked for says so of each of its
 * own tries.
 */
export async function eachGroup(
  tries: readonly Try[],
  groupOf: (one: Try) => string,
  ask: (group: readonly Try[]) => Promise<TrySightings>,
): Promise<TrySightings> {
  const groups = [...Map.groupBy(tries, groupOf).values()];
  const answers = await Promise.all(
    groups.map(async (group) => {
      const answer = await orError(() => ask(group));
      return answer instanceof AdapterError
        ? group.map(({ run }) => [run.name, answer] as const)
        : [...answer];
    }),
  );
  return new Map(answers.flat());
}

async function orError<T>(ask: () => Promise<T>): Promise<T | AdapterError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AdapterError) return error;
    throw error;
  }
}
