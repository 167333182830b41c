import type { PlanState } from "../../src/domain/plan.ts";
import { at, type World } from "./world.ts";

export const SPEC = { name: "web", image: "ghcr.io/acme/web:1", port: 8080 };
const LEASE_MS = 10_000;

/** A simulated cloud that can take a small service. */
export async function connectSandbox(
  world: World,
  name = "cloud",
  simulates = "cloud-run",
  region = "us-central1",
) {
  return world.call(`/v1/targets/${name}`, { method: "PUT", json: { kind: "sandbox", simulates, region } });
}

/** Deploys the spec and gives the plan's id. */
export async function deployed(
  world: World,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const spec = { ...SPEC, ...changes };
  const { body } = await world.call(`/v1/workloads/${spec.name}`, { method: "PUT", json: { spec } });
  return String(at(body, "plan", "id"));
}

/** Ends the plan of the workload that is due, as the reconciler would. */
export async function settle(world: World, state: PlanState, reason?: string): Promise<void> {
  const claim = await world.store.claimDue(world.ports.now(), LEASE_MS);
  if (claim === undefined) throw new Error("no workload is due");
  const plan = {
    id: claim.plan.id,
    state,
    reason,
    logTail: reason === undefined ? [] : ["panic: out of cheese"],
  };
  await world.store.record(claim, { plan, now: world.ports.now(), release: true });
}
