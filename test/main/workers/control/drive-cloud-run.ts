import { unitRef } from "../../../../src/adapters/adapter.ts";
import { cloudRunAdapter } from "../../../../src/adapters/cloud-run/index.ts";
import type { SimulatedRequest } from "../../../../src/adapters/cloud-run/simulator/reply.ts";
import { simulate } from "../../../../src/adapters/cloud-run/simulator/simulate.ts";
import { emptyProject, USUAL_RULES } from "../../../../src/adapters/cloud-run/simulator/state.ts";
import type { CloudPorts } from "../../../../src/adapters/cloud-ports.ts";
import { AdapterError } from "../../../../src/domain/fault.ts";
import type { RunRef } from "../../../../src/domain/run.ts";
import { testCloudPorts } from "../../../adapters/cloud-ports.ts";
import { assertionOf, CONFIG, runUnit } from "../../../adapters/cloud-run/settings.ts";
import { call, START, target, template } from "../../../adapters/fixtures.ts";
import type { Driven } from "./drives.ts";
import { knownOf } from "../../../adapters/known.ts";
import { seenTry } from "../../../adapters/seen-try.ts";

const PROJECTS = ["acme-shop-417", "acme-lab-418", "acme-bank-419"];

/** Three projects at once through the clients they share. */
export async function driveCloudRun(): Promise<readonly Driven[]> {
  return await Promise.all(PROJECTS.map(driveProject));
}

async function driveProject(projectId: string, index: number): Promise<Driven> {
  const google = googleOf(projectId);
  const row = target("cloud-run", { ...CONFIG, projectId }, { id: `tgt_${index}`, name: projectId });
  const adapter = cloudRunAdapter(row, portsOver(google));
  const unit = runUnit(index + 1);
  const known = knownOf(unit);
  const seen = async () => (await adapter.observe(known, call())).observations[0];
  const made = await adapter.apply(unit, call());
  google.pass(5_000);
  const settled = await seen();
  await adapter.apply({ ...unit, replicas: { min: 3, max: 4 } }, call());
  google.pass(5_000);
  const scaled = await seen();
  const job = { ...runUnit(index + 11), template: template({ kind: "job", route: undefined }) };
  const run: RunRef = { run: "run_1", attempt: 1, name: `btry${index}`, startedAt: 1 };
  await adapter.runs?.start(job, run, call());
  google.pass(20_000);
  const ran = await seenTry(adapter.runs, job, run);
  const logs = await adapter.logs?.(unitRef(unit), { tail: 10, follow: false }, call());
  const said = (await new Response(logs).text()).trimEnd().split("\n");
  // Google's errors carry details that its client would compile a decoder for; the adapter reads them itself.
  const refusal = await adapter.apply({ ...runUnit(index + 21), name: "Not_A_Name" }, call()).then(
    () => "nothing",
    (error: unknown) => (error instanceof AdapterError ? error.kind : String(error)),
  );
  await adapter.destroy(unitRef(unit), call());
  google.pass(5_000);
  await adapter.destroy(unitRef(unit), call());
  return {
    target: projectId,
    phases: [made.phase, settled?.phase ?? "", scaled?.phase ?? ""],
    replicas: scaled?.replicas ?? 0,
    run: ran?.phase,
    logLines: said.length,
    destroyed: await adapter.destroy(unitRef(unit), call()),
    refusal,
    foreignTokens: google.foreignTokens(),
    exchanges: google.exchanges,
  };
}

function googleOf(projectId: string) {
  let state = emptyProject();
  let now = START;
  let foreign = 0;
  const exchanges: Driven["exchanges"][number][] = [];
  const send = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    // Another target's call may come in between, as it would over a network.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const url = new URL(input);
    const bearer = new Headers(init.headers).get("authorization") ?? "";
    const open = url.pathname === "/v1/token" || url.pathname.endsWith(":generateAccessToken");
    if (!open && bearer !== `Bearer token of ${projectId}`) foreign += 1;
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const query = Object.fromEntries(url.searchParams);
    const request: SimulatedRequest = {
      method: init.method ?? "GET",
      path: decodeURIComponent(url.pathname),
      query,
      body,
    };
    const step = simulate(state, request, now, { ...USUAL_RULES, project: projectId });
    state = step.state;
    const own = { accessToken: `token of ${projectId}`, expireTime: new Date(now + 3_600_000).toISOString() };
    const { status } = step.reply;
    const reply = url.pathname.endsWith(":generateAccessToken") ? own : step.reply.body;
    exchanges.push({ request, reply: { status, body: reply } });
    return Response.json(reply, { status });
  };
  return {
    send,
    exchanges,
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    foreignTokens: () => foreign,
  };
}

function portsOver(google: ReturnType<typeof googleOf>): CloudPorts {
  return testCloudPorts({
    now: google.now,
    fetch: google.send,
    secrets: async (_tenant, reference) => reference,
    assertion: async ({ id }) => assertionOf(`berth:p1:${id}`),
  });
}
