import { Fault } from "../../domain/fault.ts";
import type { Plan } from "../../domain/plan.ts";
import type { ChangeStore, Store, StoredChange } from "../../store/store.ts";
import type { Caller } from "../ports.ts";

/** What reading a change takes: also the edge Worker has it. */
export interface ChangePorts {
  readonly store: Pick<ChangeStore, "change" | "plansById"> & Pick<Store, "workload" | "plan">;
}

/** The change as it is kept, or `not-found`. One of another project does not exist. */
export async function readChange(
  { store }: { readonly store: Pick<ChangeStore, "change"> },
  caller: Caller,
  id: string,
): Promise<StoredChange> {
  const change = await store.change(caller.project.id, id);
  if (change === undefined)
    throw new Fault("not-found", `There is no change ${id} in project ${caller.project.name}.`);
  return change;
}

/** A change with its plans as they stand. */
export interface ChangeNow {
  readonly change: StoredChange;
  readonly plans: readonly Plan[];
}

/** A change and its plans as they stand now. A plan that handed its workload on, for its place was full, is followed to its successor. */
export async function changeNow({ store }: ChangePorts, change: StoredChange): Promise<ChangeNow> {
  const { project, environment, id } = change;
  const made = await store.plansById(
    project,
    change.members.map(({ plan }) => plan),
  );
  const plans = await Promise.all(
    made.map(async (plan) => {
      if (plan.state !== "superseded") return plan;
      const workload = await store.workload({ project, environment }, plan.workload);
      const next = workload === undefined ? undefined : await store.plan(project, workload.plan);
      return next?.changeId === id ? next : plan;
    }),
  );
  return { change, plans };
}
