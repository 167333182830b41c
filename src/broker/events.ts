import { iso } from "./instants.ts";
import { readWorkload, type ReadPorts } from "./describe.ts";
import { scopeOf, type Caller } from "./ports.ts";

/** The most events one call answers. */
export const MAX_EVENTS = 200;

/** Events of a workload after a sequence number, oldest first. Also for a workload that is gone: its history stays. */
export async function listEvents(
  ports: ReadPorts,
  caller: Caller,
  name: string,
  after: number,
  limit: number,
) {
  const rows = await ports.store.events(scopeOf(caller), name, after, Math.min(limit, MAX_EVENTS));
  if (rows.length === 0 && after === 0) await readWorkload(ports, caller, name);
  return rows.map((row) => ({ ...row, at: iso(row.at) }));
}
