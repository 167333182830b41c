import { Fault } from "../domain/fault.ts";
import type { LogQuery } from "../adapters/adapter.ts";
import type { StoredUnit } from "../store/store.ts";
import { readWorkload } from "./describe.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/** The most lines from the past one call answers. */
export const MAX_TAIL = 10_000;

/**
 * Log lines of the units that run now, as NDJSON `{at, stream, line, container, unit}`. Without `follow` it ends; with it,
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
  const ref = {
    id: unit.id,
    name: unit.name,
    project: unit.project,
    environment: unit.environment,
    workload: unit.workload,
    host: unit.place.host,
  };
  return ports.open(target).logs?.(ref, query, { signal });
}

// Each source emits whole NDJSON lines per chunk or not; lines are re-cut here so that two units never share one.
function merge(streams: readonly ReadableStream<Uint8Array>[]): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const pumps = streams.map((stream) => pump(stream, (line) => writer.write(line)));
  void Promise.allSettled(pumps).then(() => writer.close().catch((error: unknown) => writer.abort(error)));
  return readable;
}

/** A line longer than this is cut in two, so that a source without line feeds cannot fill the memory. */
const MAX_LINE_BYTES = 64 * 1024;

async function pump(
  stream: ReadableStream<Uint8Array>,
  emit: (line: Uint8Array) => Promise<void>,
): Promise<void> {
  let rest = new Uint8Array(0);
  for await (const chunk of stream) {
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    const end = joined.lastIndexOf(0x0a) + 1;
    if (end > 0) await emit(joined.slice(0, end));
    rest = joined.slice(end);
    if (rest.length <= MAX_LINE_BYTES) continue;
    await emit(rest);
    rest = new Uint8Array(0);
  }
  if (rest.length > 0) await emit(rest);
}
