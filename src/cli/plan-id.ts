import type { WorkloadView } from "./api.ts";
import type { Client } from "./client.ts";
import { Refusal } from "./refusal.ts";

/** Ids of plans begin so; no workload's name may hold an underscore. */
const PLAN_ID = /^plan_/;

/** The id of the plan that a word means: itself, or that of the plan in force of the workload it names. */
export async function planIdOf(client: Client, named: string): Promise<string> {
  if (PLAN_ID.test(named)) return named;
  const { body } = await client.call<WorkloadView>({
    method: "GET",
    path: `/v1/workloads/${encodeURIComponent(named)}`,
  });
  if (body.plan === undefined)
    throw new Refusal(1, `${named} has no plan in force`, { next: `How it stands:  berth status ${named}` });
  return body.plan.id;
}
