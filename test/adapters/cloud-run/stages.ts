import type { RunVerbs } from "../../../src/adapters/adapter.ts";
import type { RunApi } from "../../../src/adapters/cloud-run/api.ts";
import { call, template } from "../fixtures.ts";
import type { Project } from "./project.ts";
import { REGION, runUnit } from "./settings.ts";

/** Before it runs, while it does and after it has; of one that is cancelled, and of one that crashed. */
export const STAGES_IN_TURN = ["pending", "running", "succeeded", "cancelled", "failed"] as const;

/** What a list tells of the executions of jobs as they come to each stage. */
export async function stages(google: Project, runs: RunVerbs | undefined, api: RunApi) {
  google.rule({ delaysMs: { create: 300, ready: 60_000, destroy: 300, visible: 0, task: 60_000 } });
  const job = template({ kind: "job", route: undefined, secrets: {}, files: [] });
  const unit = runUnit(1, { template: job });
  const listed = async (id: string) => {
    const { items } = await api.list("jobs", REGION, undefined, call());
    return items.find((one) => one.id === id)?.executionStage;
  };
  const begin = async (name: string, of = unit) => {
    await runs?.start(of, { run: "run_1", attempt: 1, name, startedAt: google.now() }, call());
    google.pass(30_000);
  };
  const seen = [];
  await begin("btry1");
  seen.push(await listed("btry1"));
  google.pass(45_000);
  seen.push(await listed("btry1"));
  google.pass(60_000);
  seen.push(await listed("btry1"));
  await begin("btry2");
  await runs?.stop(unit, { run: "run_1", attempt: 2, name: "btry2" }, call());
  google.pass(5_000);
  seen.push(await listed("btry2"));
  await begin("btry3", { ...unit, template: { ...job, env: { SANDBOX_EXIT: "3" } } });
  google.pass(120_000);
  seen.push(await listed("btry3"));
  return seen;
}
