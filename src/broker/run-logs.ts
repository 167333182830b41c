import { Fault } from "../domain/fault.ts";
import type { Attempt } from "../domain/run.ts";
import { type LogQuery, unitRef } from "../adapters/adapter.ts";
import { unitLines } from "./log-lines.ts";
import { merge } from "./logs.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { findRun } from "./read-runs.ts";

/** Which try of a run: by its number, or the last one. */
export interface TryQuery extends LogQuery {
  readonly run: string;
  readonly attempt?: number | undefined;
}

/** Log lines of one try of a run, as `readLogs` gives a unit's. `not-found` once its provider keeps nothing of it any more. */
export async function readTryLogs(
  ports: Ports,
  caller: Caller,
  name: string,
  { run: id, attempt: number, ...query }: TryQuery,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  await findRun(ports, caller, name, id);
  const tries = await ports.store.attempts(scopeOf(caller), name, id);
  const attempt = number === undefined ? tries.at(-1) : tries.find((one) => one.number === number);
  if (attempt === undefined)
    throw new Fault(
      "not-found",
      `Run ${id} of ${name} has no try ${number ?? ""}; it has had ${tries.length}.`,
    );
  if (attempt.released) throw gone(attempt, id);
  const stored = (await ports.store.units(scopeOf(caller), name)).find(
    ({ unit }) => unit.id === attempt.unit,
  );
  const target = stored?.targetId === undefined ? undefined : await ports.store.targetById(stored.targetId);
  if (stored === undefined || target === undefined) throw gone(attempt, id);
  const ref = { ...unitRef(stored.unit), id: attempt.id, name: attempt.name };
  const stream = await ports.open(target).logs?.(ref, query, { signal });
  if (stream === undefined) throw gone(attempt, id);
  return merge([unitLines(stream, attempt.name)]);
}

function gone({ number }: Attempt, run: string): Fault {
  return new Fault(
    "not-found",
    `Nothing is kept of try ${number} of run ${run} any more but its last lines: read the run.`,
  );
}
