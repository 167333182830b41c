import { setTimeout as wait } from "node:timers/promises";
import { placementTable } from "./placement-table.ts";
import {
  change,
  crash,
  destroy,
  expectStatus,
  firstAnswer,
  migrate,
  Mishap,
  planEnd,
  underLoad,
} from "./chapters.ts";
import { startLoad } from "./load-client.ts";
import type { Say } from "./say.ts";
import type { Stage } from "./stage.ts";
import type { Subject } from "./subject.ts";

/** The two targets the workload moves between; both pools of agents, or both simulated. */
export interface Pools {
  readonly left: string;
  readonly right: string;
  readonly engineSocket: string | undefined;
}

const AGENT_WITHIN_MS = 30_000;
const STEP_MS = 200;
const SIMULATED = [
  { name: "aws", simulates: "ecs", region: "eu-west-1" },
  { name: "azure", simulates: "aci", region: "westeurope" },
  { name: "gcp", simulates: "cloud-run", region: "europe-west1" },
] as const;

/** The whole story; gives the requests the client made and how many failed. Throws a `Mishap` where it does not go as it must. */
export async function tell(
  stage: Stage,
  say: Say,
  subject: Subject,
  pools: Pools,
): Promise<{ requests: number; failed: number }> {
  if (pools.engineSocket !== undefined)
    await joinAgents(stage, say, pools.engineSocket, [pools.left, pools.right]);
  await connect(stage, say, pools);

  say.step("where could it run, and what would it cost");
  const dry = await stage.api.call("POST", "/v1/plans", { spec: subject.document });
  say.block(placementTable(expectStatus(dry, 200)));

  say.step(`deploy ${subject.name}`);
  const spec = { ...subject.document, policy: { targets: [pools.left, pools.right] } };
  const deployed = await stage.api.call("PUT", `/v1/workloads/${subject.name}`, { spec });
  const first = await planEnd(stage, expectStatus(deployed, 202).at("plan", "id").text());
  if (first.state !== "ready")
    throw new Mishap(`the deploy ended ${first.state}: ${first.plan.at("stateReason").text()}`);
  const home = first.plan.at("units", 0, "place", "target").text();
  const url = `${stage.gateway}/default/production/${subject.name}/${subject.path}`;
  say.detail(await firstAnswer(say, url));

  const load = startLoad(url, subject.slow);
  try {
    say.step("change it while an independent client keeps asking");
    await underLoad(say, load, () => change(stage, say, subject));
    say.step("change it to something that crashes");
    await underLoad(say, load, () => crash(stage, say, subject, subject.slow));
    const away = home === pools.left ? pools.right : pools.left;
    say.step(`move it from ${home} to ${away}`);
    await underLoad(say, load, () => migrate(stage, say, subject, away));
  } catch (error) {
    await load.stop();
    throw error;
  }
  const total = await load.stop();
  say.step("remove it");
  await destroy(stage, subject);
  return { requests: total.requests, failed: total.failed };
}

async function joinAgents(stage: Stage, say: Say, socket: string, pools: readonly string[]): Promise<void> {
  say.step("join two agents, in two pools");
  for (const pool of pools) {
    const answer = await stage.api.call("POST", "/v1/agents", { pool });
    stage.startAgent(pool, expectStatus(answer, 200, 201).at("joinToken").text(), socket);
  }
  for (let waited = 0; waited < AGENT_WITHIN_MS; waited += STEP_MS) {
    const response = await fetchQuietly(stage);
    if (
      response.filter(
        (agent) => agent.at("state").text() === "alive" && agent.at("report", "engineOk").value === true,
      ).length === pools.length
    )
      return;
    await wait(STEP_MS);
  }
  throw new Mishap(`the agents did not report within ${AGENT_WITHIN_MS / 1_000} s`);
}

async function fetchQuietly(stage: Stage) {
  const answer = await stage.quiet.call("GET", "/v1/agents");
  return answer.body.at("agents").list();
}

async function connect(stage: Stage, say: Say, pools: Pools): Promise<void> {
  say.step("connect the places");
  const real = pools.engineSocket !== undefined;
  for (const pool of [pools.left, pools.right]) {
    const body = real
      ? { kind: "agents", pool }
      : { kind: "sandbox", simulates: "ecs", region: pool === pools.left ? "eu-west-1" : "eu-central-1" };
    expectStatus(await stage.api.call("PUT", `/v1/targets/${pool}`, body), 200, 201);
  }
  for (const { name, ...config } of SIMULATED)
    expectStatus(
      await stage.api.call("PUT", `/v1/targets/${name}`, { kind: "sandbox", ...config }),
      200,
      201,
    );
}
