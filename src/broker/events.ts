import { Fault } from "../domain/fault.ts";
import type { BrokerEvent } from "../store/store.ts";
import { iso } from "./instants.ts";
import { readWorkload, type ReadPorts } from "./describe.ts";
import { scopeOf, type Caller } from "./ports.ts";

/** The most events one call answers. */
export const MAX_EVENTS = 200;

/**
 * Events of a workload after a sequence number, oldest first. Also for a workload that is gone: its history stays. Throws `events-gone`
 * when some that came after that number are no longer kept; from 0 on, it begins with the oldest there is.
 */
export async function listEvents(
  ports: ReadPorts,
  caller: Caller,
  name: string,
  after: number,
  limit: number,
) {
  const rows = await ports.store.events(scopeOf(caller), name, after, Math.min(limit, MAX_EVENTS));
  if (rows.length === 0 && after === 0) await readWorkload(ports, caller, name);
  assertNoGap(rows, after, name);
  return rows.map((row) => ({ ...row, at: iso(row.at) }));
}

/** Throws `events-gone` when rows that should follow a number begin later. The newest event of a name is always kept, so a gap shows. */
export function assertNoGap(rows: readonly BrokerEvent[], after: number, name: string): void {
  const oldest = rows[0]?.seq;
  if (after === 0 || oldest === undefined || oldest <= after + 1) return;
  throw new Fault(
    "events-gone",
    `Events ${after + 1} to ${oldest - 1} of ${name} are no longer kept: read on from after=0, which begins with the oldest there is, or from after=${oldest - 1}.`,
    { extra: { oldest } },
  );
}
