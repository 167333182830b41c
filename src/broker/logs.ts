import { Fault } from "../domain/fault.ts";
import { type LogQuery, unitRef } from "../adapters/adapter.ts";
import type { StoredUnit } from "../store/store.ts";
import { readWorkload } from "./describe.ts";
import { unitLines } from "./log-lines.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/** The most lines from the past one call answers. */
export const MAX_TAIL = 10_000;

/**
 * Log lines of the units that run now, as NDJSON `{at, stream, line, container, unit}`, `at` in ISO 8601. Without `follow` it ends; with it,
 * it goes on until the caller leaves. `not-found` when nothing runs.
 */
export async function readLogs(
  ports: Ports,
  caller: Caller,
  name: string,
  query: LogQuery,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  await readWorkload(ports, caller, name);
  const units = await ports.store.units(scopeOf(caller), name);
  const started = units.filter((unit) => unit.appliedAt !== undefined);
  if (started.length === 0)
    throw new Fault("not-found", `${name} has no unit that has started, so there are no logs yet.`);
  const tail = Math.min(query.tail, MAX_TAIL);
  const streams = await Promise.all(
    started.map((unit) => open(ports, caller, unit, { ...query, tail }, signal)),
  );
  return merge(streams.filter((stream) => stream !== undefined));
}

async function open(ports: Ports, caller: Caller, stored: StoredUnit, query: LogQuery, signal: AbortSignal) {
  const { unit } = stored;
  const target = await ports.store.target(caller.project.id, unit.place.target ?? "");
  if (target === undefined) return undefined;
  const stream = await ports.open(target).logs?.(unitRef(unit), query, { signal });
  return stream === undefined ? undefined : unitLines(stream, unit.name);
}

/** Several sources as one stream. Every chunk is whole lines, so two units never share one. */
export function merge(sources: readonly AsyncIterable<Uint8Array>[]): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const pumps = sources.map(async (source) => {
    for await (const lines of source) await writer.write(lines);
  });
  void Promise.allSettled(pumps).then(() => writer.close().catch((error: unknown) => writer.abort(error)));
  return readable;
}
