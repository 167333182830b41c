import { expect, test } from "vitest";
import {
  aPlan,
  aPrice,
  aUnit,
  aWorkload,
  anOffer,
  at,
  IRELAND,
  LONDON,
  ranked,
  running,
  SPEC,
} from "./recorded.ts";
import { desk, type DeskOptions } from "./desk.ts";
import { rolloutScript } from "./rollout.ts";
import { screenOf } from "./screen.ts";
import { ok, problem, scriptedBroker, type Reply, type Script } from "./scripted-broker.ts";

async function at80(script: Script, options: DeskOptions = {}) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, terminal: true, columns: 80, ...options }) };
}

const plan = aPlan(14, {
  state: "ready",
  createdAt: at(-3 * 86_400),
  source: { repo: "acme/web", commit: "3f9d1c2aa", runUrl: "https://github.com/acme/web/actions/runs/8812" },
  warnings: [{ code: "image-unresolved", message: "ghcr.io did not answer, so the tag is kept" }],
});

test("berth status shows one workload: plan, address, origin, price, units and why a unit is not well", async () => {
  const sick = running(aUnit(14), {
    ready: 0,
    phase: "unready",
    restarts: 3,
    reason: "GET /healthz answered 500",
    observedAt: at(-11),
  });
  const { cli } = await at80({ "GET /v1/workloads/web": () => ok(aWorkload(plan, [sick])) });
  expect(await cli.run("status", "web")).toBe(0);
  expect(cli.out()).toBe(`web · production · plan 14 · ready
http://127.0.0.1:8788/default/production/web/
made by token:ci from acme/web@3f9d1c2, https://github.com/acme/web/actions/runs/8812 3 d ago: changed
$8.41 a month expected, $0.00 to $61.20, prices of 2026-08-15 to 2026-10-27
note: ghcr.io did not answer, so the tag is kept

  PLACE                       STATE    READY     RESTARTS  SEEN
  Cloud Run gcp europe-west2  unready  0 of 1-4  3         11 s ago
      GET /healthz answered 500
`);
});

test("berth status lists page after page, and an empty list leaves stdout empty", async () => {
  const summary = (name: string) => ({ ...aWorkload(plan, []), name });
  const { cli, broker } = await at80({
    "GET /v1/workloads": ({ query }) =>
      query["after"] === "api"
        ? ok({ workloads: [summary("web")] })
        : ok({ workloads: [summary("api")], next: "api" }),
  });
  expect(await cli.run("status", "-e", "staging")).toBe(0);
  expect(
    cli
      .out()
      .split("\n")
      .map((line) => line.trim().split(/ +/)[0]),
  ).toEqual(["NAME", "api", "web", ""]);
  expect(broker.calls.map(({ query }) => query["environment"])).toEqual(["staging", "staging"]);
  const none = await at80({ "GET /v1/workloads": () => ok({ workloads: [] }) });
  expect(await none.cli.run("status")).toBe(0);
  expect([none.cli.out(), none.cli.err()]).toEqual(["", expect.stringContaining("berth init")]);
});

test("berth logs prints lines, keeps a terminal safe, and leaves a pipe as it is", async () => {
  const lines = [
    { at: at(0), stream: "stdout", line: "listening", container: "web", unit: "b1" },
    { at: at(1), stream: "stderr", line: "\u001B[2Jwiped", container: "web", unit: "b1" },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const script: Script = {
    "GET /v1/workloads/web/logs": () => ({
      status: 200,
      text,
      headers: { "content-type": "application/x-ndjson" },
    }),
  };
  const { cli, broker } = await at80(script, { noColor: true });
  expect(await cli.run("logs", "web", "--follow", "--tail", "5")).toBe(0);
  expect(cli.out()).toBe("listening\nwiped\n");
  expect(broker.calls[0]?.query).toEqual({ tail: "5", follow: "true" });
  expect(broker.calls[0]?.headers["accept"]).toBe("application/x-ndjson");
  const pipe = await at80(script, { terminal: false });
  await pipe.cli.run("logs", "web");
  expect(pipe.cli.out()).toBe("listening\n\u001B[2Jwiped\n");
  const json = await at80(script, { terminal: false });
  await json.cli.run("logs", "web", "--json");
  expect(json.cli.out()).toBe(text);
});

const dryRun = {
  plan: aPlan(15, { state: "proposed" }),
  policy: "default",
  ranked: [ranked(anOffer(LONDON, "8.41"), 0.94), ranked(anOffer(IRELAND, "24.1"), 0.81)],
  rejected: [
    {
      offer: { id: "aci/westeurope", place: { provider: "aci", region: "westeurope" } },
      reasons: [{ rule: "connected", message: "no target connected: berth target add azure" }],
    },
  ],
};

test("berth plan shows where it would go, what was refused and why, and how to deploy exactly that", async () => {
  const { cli, broker } = await at80({ "POST /v1/plans": () => ok(dryRun) }, { files: { "web.yaml": SPEC } });
  expect(await cli.run("plan", "-f", "web.yaml", "--image", "ghcr.io/acme/web:2")).toBe(0);
  expect(cli.out()).toMatch(
    /^web · dry run · production · would go to Cloud Run gcp europe-west2\n\$8\.41 a month expected/,
  );
  expect(cli.out()).toContain("no target connected: berth target add azure");
  expect(cli.err()).toBe("\ndeploy exactly this:  berth deploy --plan plan_15\n");
  expect(broker.calls[0]?.body).toEqual({ spec: { name: "web", image: "ghcr.io/acme/web:2", port: 8080 } });
});

test("berth explain follows a name to its plan in force and tells what happened to it", async () => {
  const { cli } = await at80({
    "GET /v1/workloads/web": () => ok(aWorkload(plan, [])),
    "GET /v1/plans/plan_14": () => ok({ ...plan, ...dryRun, plan: undefined }),
    "GET /v1/workloads/web/events": () =>
      ok({
        events: [
          {
            seq: 1,
            at: at(5),
            type: "traffic.shifted",
            actor: "berth",
            message: "it serves",
            data: { generation: 14 },
          },
        ],
      }),
  });
  expect(await cli.run("explain", "web")).toBe(0);
  expect(cli.out()).toMatch(/^web plan 14 in production is ready\ndeploy by token:ci from acme\/web@3f9d1c2/);
  expect(cli.out()).toContain("    10:00:05  traffic.shifted  it serves\n");
});

const targets = ok({
  targets: [
    {
      name: "aws",
      kind: "sandbox",
      simulates: "ecs",
      region: "eu-west-1",
      owner: "project",
      version: 1,
      createdAt: at(0),
    },
  ],
});

function migrating(verdict = ok({ ...aPlan(15, { trigger: "migrate", state: "ready" }) })): Script {
  const before = aWorkload(plan, [running(aUnit(14))]);
  const moved = aPlan(15, { trigger: "migrate", units: [aUnit(15, IRELAND)], price: aPrice("24.1") });
  const rollout = rolloutScript({
    before,
    accepted: { status: 202, plan: moved },
    moments: [
      {
        seconds: 6,
        events: [],
        workload: aWorkload({ ...moved, state: "ready" }, [running(aUnit(15, IRELAND))]),
      },
    ],
    verdict,
    clock: { now: 0 },
    change: "POST /v1/workloads/web/migrate",
  });
  const answer = { ...dryRun, plan: moved, ranked: [ranked(anOffer(IRELAND, "24.1"), 0.81)] };
  return { ...rollout, "GET /v1/targets": () => targets, [MIGRATE]: previewOr(rollout[MIGRATE], ok(answer)) };
}

const MIGRATE = "POST /v1/workloads/web/migrate";

/** The broker's answer to a dry run of a move, and `then` for the move itself. */
function previewOr(then: Script[string] | undefined, preview: Reply): NonNullable<Script[string]> {
  return (call) =>
    Reflect.get(Object(call.body), "dryRun") === true || then === undefined ? preview : then(call);
}

const moves = (calls: readonly { readonly path: string; readonly body?: unknown }[]) =>
  calls.filter(({ path, body }) => path.endsWith("/migrate") && Reflect.get(Object(body), "dryRun") !== true);

test("berth migrate shows both prices, asks on a terminal, and moves after a yes", async () => {
  const { cli, broker } = await at80(migrating(), { stdin: "y\n" });
  expect(await cli.run("migrate", "web", "--to", "fargate")).toBe(0);
  expect(screenOf(cli.err()).slice(0, 5)).toEqual([
    "        PLACE                       SHAPE          $/MONTH  FIDELITY",
    "  from  Cloud Run gcp europe-west2  0.5 / 512 MiB     8.41",
    "  to    Fargate aws eu-west-1       0.5 / 512 MiB    24.10  exact",
    "  +$15.69 a month expected",
    "  It starts beside the old one; traffic moves once it serves. The address stays.",
  ]);
  expect(moves(broker.calls).map(({ body }) => body)).toEqual([{ to: { provider: "ecs" } }]);
});

test.each([
  ["a no", { stdin: "n\n" }, 1, "nothing was changed"],
  ["an end of input", { stdin: "" }, 1, "nothing was changed"],
  ["a pipe", { terminal: false }, 2, "Nobody can answer in a pipe"],
] as const)("%s moves nothing", async (_, options, exit, says) => {
  const { cli, broker } = await at80(migrating(), options);
  expect(await cli.run("migrate", "web", "--to", "aws/eu-west-1")).toBe(exit);
  expect(cli.err()).toContain(says);
  expect(moves(broker.calls)).toEqual([]);
});

test("berth migrate to where it runs already says so", async () => {
  const stays = ok({ ...dryRun, plan: { ...plan, state: "proposed" } });
  const { cli, broker } = await at80(
    { ...migrating(), [MIGRATE]: previewOr(undefined, stays) },
    { stdin: "y\n" },
  );
  expect(await cli.run("migrate", "web", "--to", "aws")).toBe(1);
  expect(cli.err()).toContain("it already runs on Cloud Run gcp europe-west2");
  expect(moves(broker.calls)).toEqual([]);
});

test("berth migrate to what is not connected or cannot take it says so and what is", async () => {
  const { cli } = await at80(migrating());
  expect(await cli.run("migrate", "web", "--to", "eu-wst-1")).toBe(2);
  expect(cli.err()).toContain('"eu-wst-1" is no target, cloud or connected region; did you mean eu-west-1?');
  const nowhere = problem(422, "no-placement", "No place can take web.", {
    ranked: [],
    rejected: dryRun.rejected,
  });
  const refused = await at80({ ...migrating(), [MIGRATE]: () => nowhere });
  expect(await refused.cli.run("migrate", "web", "--to", "azure")).toBe(1);
  expect(refused.cli.err()).toBe(
    "no place of aci can take it\n  no target connected: berth target add azure\n",
  );
});

test("berth rollback and berth destroy send what was said and follow the plan", async () => {
  const back = await at80({
    ...rolloutScript({
      before: aWorkload(plan, []),
      accepted: { status: 202, plan: aPlan(15, { trigger: "rollback" }) },
      moments: [{ seconds: 2, events: [], workload: aWorkload(aPlan(15), []) }],
      verdict: ok(aPlan(15, { state: "ready" })),
      clock: { now: 0 },
      change: "POST /v1/workloads/web/rollback",
    }),
  });
  expect(await back.cli.run("rollback", "web", "--revision", "12")).toBe(0);
  expect(back.broker.calls.find(({ method }) => method === "POST")?.body).toEqual({ revision: "12" });
  const removal = aPlan(15, { trigger: "destroy", units: [], state: "ready" });
  const gone = await at80(
    {
      ...rolloutScript({
        before: aWorkload(plan, [running(aUnit(14))]),
        accepted: { status: 202, plan: { ...removal, state: "pending" } },
        moments: [{ seconds: 2, events: [], workload: undefined }],
        verdict: ok(removal),
        clock: { now: 0 },
        change: "DELETE /v1/workloads/web",
      }),
    },
    { stdin: "yes\n" },
  );
  expect(await gone.cli.run("destroy", "web")).toBe(0);
  expect(gone.cli.err()).toContain(
    "Remove web from production, 1 unit on Cloud Run gcp europe-west2? [y/N] ",
  );
  expect(gone.broker.calls.find(({ method }) => method === "DELETE")?.query).toEqual({ confirm: "web" });
  expect(gone.cli.out()).toMatch(/^gone in /);
});

test("--json prints the API's own answer, for a no as well", async () => {
  const { cli } = await at80({
    "GET /v1/workloads/web": () => problem(404, "not-found", "There is no workload web."),
  });
  expect(await cli.run("status", "web", "--json")).toBe(1);
  expect(JSON.parse(cli.out())).toMatchObject({ code: "not-found", status: 404 });
  expect(cli.err()).toContain("There is no workload web.");
});
