import { Fault } from "../domain/fault.ts";
import type { Committed } from "./commit.ts";
import { readWorkload } from "./describe.ts";
import { draftRemoval } from "./draft.ts";
import { readLineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { submitDraft } from "./submit.ts";

export interface DestroyRequest {
  /** The workload's name once more; asked for in a protected environment. */
  readonly confirm?: string | undefined;
}

/** Remove a workload: a plan that wants nothing. Traffic stops first, requests finish, then its units go, then its row. */
export async function destroy(
  ports: Ports,
  caller: Caller,
  name: string,
  request: DestroyRequest,
): Promise<Committed> {
  const workload = await readWorkload(ports, caller, name);
  const environment = await ports.store.environment(caller.project.id, caller.environment);
  if (environment?.protected === true && request.confirm !== name)
    throw new Fault(
      "confirmation-required",
      `${caller.environment} is protected: say ?confirm=${name} to remove ${name}.`,
    );
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  if (lineage.inForce?.trigger === "destroy") return { plan: lineage.inForce, outcome: "unchanged" };
  const draft = draftRemoval(
    ports,
    caller,
    lineage,
    await readSpec(ports, caller, workload.document, name),
    workload.revision,
  );
  const committed = await submitDraft(ports, caller, lineage, draft, { request: { fresh: false } });
  if (committed.outcome !== "held") await stopItsRuns(ports, caller, name);
  return committed;
}

// Its units go only with the last of its runs; without this word each run, and what is kept of ended ones, would find out at its next look.
async function stopItsRuns(ports: Ports, caller: Caller, name: string): Promise<void> {
  const stop = { actor: caller.actor, reason: "its workload is being removed", at: ports.now() };
  await ports.store.stopRuns(scopeOf(caller), name, stop);
  ports.nudge();
}
