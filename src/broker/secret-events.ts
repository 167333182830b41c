import { Fault } from "../domain/fault.ts";
import { idProblem } from "../domain/name.ts";
import { secretLog } from "../store/store.ts";
import { assertNoGap, MAX_EVENTS } from "./events.ts";
import { iso } from "./instants.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/** What happened to a secret's name after an event's number, oldest first, also when it is removed. `not-found` for one that never was, `events-gone` where some are no longer kept. */
export async function secretEvents(ports: Pick<Ports, "store">, caller: Caller, name: string, after: number) {
  const isName = idProblem(name) === undefined;
  const rows = isName ? await ports.store.events(scopeOf(caller), secretLog(name), after, MAX_EVENTS) : [];
  if (rows.length === 0 && after === 0)
    throw new Fault("not-found", `There never was a secret ${name} in environment ${caller.environment}.`);
  assertNoGap(rows, after, name);
  return { events: rows.map((row) => ({ ...row, at: iso(row.at) })), next: rows.at(-1)?.seq ?? after };
}
