import { ApiProblem } from "./api-problem.ts";
import type { EventView, PlanView, RevisionView, WorkloadView } from "./api.ts";
import type { Client } from "./client.ts";
import type { Look } from "./steps.ts";

/** What has been seen of a plan so far, and where to go on reading its events. */
export interface PlanLook extends Look {
  readonly workload: WorkloadView | undefined;
  readonly after: number;
}

/** The most events one look reads; the next look goes on behind them. */
const PAGE = 200;
const MAX_PAGES = 10;

/** A look at a plan of which nothing has been seen yet. */
export function beginLook(plan: PlanView): PlanLook {
  return { plan, units: [], revision: undefined, events: [], workload: undefined, after: 0 };
}

/** The same plan, looked at again. A workload that is gone leaves what was seen before. */
export async function lookAgain(client: Client, look: PlanLook): Promise<PlanLook> {
  const path = `/v1/workloads/${encodeURIComponent(look.plan.workload)}`;
  const [workload, fresh, revision] = await Promise.all([
    unlessGone(client.call<WorkloadView>({ method: "GET", path, patient: true })),
    newEvents(client, path, look.after),
    look.revision ?? findRevision(client, path, look.plan),
  ]);
  const inForce = workload?.plan?.id === look.plan.id ? workload : undefined;
  return {
    // After a rollback an older plan is in force: what was last seen of this one stays.
    plan: inForce?.plan ?? look.plan,
    units: inForce?.units ?? look.units,
    revision,
    events: [...look.events, ...fresh.filter((event) => isOf(event, look.plan))],
    workload,
    after: fresh.at(-1)?.seq ?? look.after,
  };
}

async function newEvents(client: Client, path: string, after: number): Promise<readonly EventView[]> {
  const events: EventView[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { after: String(events.at(-1)?.seq ?? after), limit: String(PAGE) };
    const answer = await unlessGone(
      client.call<{ readonly events: readonly EventView[] }>({
        method: "GET",
        path: `${path}/events`,
        query,
        patient: true,
      }),
    );
    events.push(...(answer?.events ?? []));
    if ((answer?.events.length ?? 0) < PAGE) break;
  }
  return events;
}

async function findRevision(client: Client, path: string, plan: PlanView): Promise<RevisionView | undefined> {
  if (plan.units.length === 0) return undefined;
  const answer = await unlessGone(
    client.call<{ readonly revisions: readonly RevisionView[] }>({
      method: "GET",
      path: `${path}/revisions`,
      patient: true,
    }),
  );
  return answer?.revisions.find(({ revision }) => revision === plan.revision);
}

async function unlessGone<T>(call: Promise<{ readonly body: T }>): Promise<T | undefined> {
  try {
    return (await call).body;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "not-found") return undefined;
    throw error;
  }
}

function isOf(event: EventView, plan: PlanView): boolean {
  const generation = event.data["generation"];
  return generation === undefined ? event.at >= plan.createdAt : generation === plan.generation;
}
