import type { Exception } from "../domain/exception.ts";
import { HELD_FOR_MS } from "./holds.ts";
import type { Ports } from "./ports.ts";

/** Most held plans of a project that are looked through for those an exception may let go; others wait for their own time. */
const MAX_HELD = 1_000;

/** Has plans looked at again, at the next pass, that a rule or freeze holds from which there is an exception now. */
export async function wakeHeld(
  ports: Pick<Ports, "store" | "now">,
  project: string,
  { rule, select }: Pick<Exception, "rule" | "select">,
): Promise<void> {
  const now = ports.now();
  // None waits longer than that, so these are all.
  for (const held of await ports.store.heldDue(now + HELD_FOR_MS, MAX_HELD, project)) {
    const { environment, workload, holds = [] } = held;
    const meant =
      holds.some((hold) => hold.rule === rule) &&
      (select.environments?.includes(environment) ?? true) &&
      (select.workloads?.includes(workload) ?? true);
    if (meant) await ports.store.lookAgain({ project, environment }, held.id, now);
  }
}
