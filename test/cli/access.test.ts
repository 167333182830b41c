import { expect, test } from "vitest";
import { at } from "./recorded.ts";
import { desk, type DeskOptions } from "./desk.ts";
import { freePort } from "./free-port.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";

async function against(script: Script, options: DeskOptions = {}) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, ...options }) };
}

test("berth target add sends each kind as the API takes it, under a name a person would guess", async () => {
  const { cli, broker } = await against({
    "PUT /v1/targets/home": () => ({ status: 201, body: {} }),
    "PUT /v1/targets/eu-west-1": () => ({ status: 200, body: {} }),
  });
  expect(await cli.run("target", "add", "agents", "--pool", "home")).toBe(0);
  expect(await cli.run("target", "add", "sandbox", "--simulates", "aws", "--region", "eu-west-1")).toBe(0);
  expect(broker.calls.map(({ body }) => body)).toEqual([
    { kind: "agents", pool: "home" },
    { kind: "sandbox", simulates: "ecs", region: "eu-west-1" },
  ]);
  expect(cli.out()).toBe("home is connected\neu-west-1 is changed\n");
  expect(cli.err()).toContain("berth agent token --pool home");
});

test("berth target list and check print what is connected and whether it can take work", async () => {
  const { cli } = await against({
    "GET /v1/targets": () =>
      ok({
        targets: [
          { name: "home", kind: "agents", owner: "project", pool: "home", version: 1, createdAt: at(0) },
        ],
      }),
    "POST /v1/targets/home/check": () =>
      ok({
        target: "home",
        ok: false,
        checks: [
          { name: "offers", verdict: "refused", ok: false, message: "no agent is heard" },
          { name: "ecs:RunTask", verdict: "cannot be proved", ok: true, message: "no dry run" },
        ],
      }),
  });
  expect(await cli.run("target", "list")).toBe(0);
  expect(cli.out()).toBe("  NAME  KIND    OWNER    SETTINGS\n  home  agents  project  pool home\n");
  expect(await cli.run("target", "check", "home")).toBe(1);
  expect(cli.out()).toContain("  ✘ offers      no agent is heard\n  ? ecs:RunTask no dry run\n");
});

test("berth agent token prints exactly the line to run on the machine", async () => {
  const { cli, broker } = await against({
    "POST /v1/agents": () => ({
      status: 201,
      body: { joinToken: "berth_join_x", pool: "home", expiresAt: at(300) },
    }),
  });
  expect(await cli.run("agent", "token", "--pool", "home")).toBe(0);
  expect(cli.out()).toBe(`npm run agent -- --server ${broker.url} --token berth_join_x --pool home\n`);
});

test("berth agent list tells who is heard, and remove takes a name and confirms it", async () => {
  const agent = {
    id: "agent_1",
    name: "pi",
    pool: "home",
    joinedAt: at(-90),
    state: "silent",
    report: { seenAt: at(-65), engine: "podman 5.2", engineOk: true },
  };
  const deaf = { ...agent, name: "nas", state: "alive", report: { ...agent.report, engineOk: false } };
  const { report: _, ...unheard } = { ...agent, name: "new", state: "never-heard" };
  const { cli, broker } = await against({
    "GET /v1/agents": () => ok({ agents: [agent, deaf, unheard] }),
    "DELETE /v1/agents/agent_1": () => ({ status: 204 }),
  });
  expect(await cli.run("agent", "list")).toBe(0);
  expect(cli.out()).toBe(
    [
      "  NAME  POOL  STATE          HEARD      ENGINE",
      "  pi    home  silent         1 min ago  podman 5.2",
      "  nas   home  engine silent  1 min ago  podman 5.2",
      "  new   home  joined         never",
      "",
    ].join("\n"),
  );
  expect(await cli.run("agent", "remove", "pi", "--yes")).toBe(0);
  expect(broker.calls.at(-1)).toMatchObject({ method: "DELETE", query: { confirm: "pi" } });
  expect(await cli.run("agent", "remove", "nobody", "--yes")).toBe(2);
});

test("a token is on stdout once, at its creation, and nowhere else", async () => {
  const made = {
    id: "tok_1",
    name: "ci",
    scopes: ["deployer"],
    createdAt: at(0),
    expiresAt: at(90 * 86_400),
  };
  const { cli, broker } = await against({
    "POST /v1/tokens": () => ({ status: 201, body: { ...made, token: "berth_api_fresh" } }),
    "GET /v1/tokens": () => ok({ tokens: [made] }),
    "DELETE /v1/tokens/tok_1": () => ({ status: 204 }),
  });
  expect(await cli.run("token", "create", "ci", "--days", "90")).toBe(0);
  expect(cli.out()).toBe("berth_api_fresh\n");
  expect(broker.calls[0]?.body).toEqual({ name: "ci", scopes: ["deployer"], expiresAt: at(90 * 86_400) });
  expect(await cli.run("token", "list")).toBe(0);
  expect(await cli.run("token", "revoke", "tok_1", "--yes")).toBe(0);
  expect(cli.out().split("berth_api_fresh")).toHaveLength(2);
});

test.each(["status", "status web", "plan -f web.yaml", "token list"])(
  "berth %s never prints the token it was given",
  async (line) => {
    const secret = "berth_api_do_not_print";
    const files = { "web.yaml": "name: web\nimage: a/b:1\nport: 80\n" };
    const offline = desk({ token: secret, files });
    await offline.run(...line.split(" "));
    const refused = await against({}, { token: secret, files });
    await refused.cli.run(...line.split(" "), "--token", secret);
    for (const cli of [offline, refused.cli]) expect(cli.out() + cli.err()).not.toContain(secret);
  },
);

test.each([
  ["policy get nope", "GET /v1/policies/nope", "berth policy list"],
  ["budget delete nope --yes", "DELETE /v1/budgets/nope", "berth budget list"],
  ["exception end exc_nope --yes", "DELETE /v1/exceptions/exc_nope", "berth exception list"],
])("berth %s, of what is not there, names the list of what is", async (line, call, next) => {
  const [, path = ""] = call.split(" ");
  const { cli } = await against({
    [call]: () => problem(404, "not-found", "There is none.", { instance: path }),
  });
  expect(await cli.run(...line.split(" "))).toBe(1);
  expect(cli.err()).toContain(next);
});

const refusals: readonly (readonly [code: string, status: number, exit: number, next: string])[] = [
  ["unauthenticated", 401, 1, "Set BERTH_TOKEN"],
  ["forbidden", 403, 1, "berth token list"],
  ["not-found", 404, 1, "berth status"],
  ["generation-conflict", 409, 1, "run this again"],
  ["no-placement", 422, 1, "berth compare -f FILE"],
  ["invalid-query", 400, 2, ""],
  ["plan-held", 409, 3, ""],
  ["internal", 500, 1, "request id req-7"],
];

test.each(refusals)(
  "%s is said in the broker's words with the next command",
  async (code, status, exit, next) => {
    const reply = problem(status, code, "The broker's own sentence.");
    const { cli } = await against({
      "GET /v1/workloads": () => ({ ...reply, headers: { ...reply.headers, "x-request-id": "req-7" } }),
    });
    expect(await cli.run("status")).toBe(exit);
    expect(cli.err()).toMatch(/^The broker's own sentence\.\n/);
    expect(cli.err()).toContain(next);
  },
);

test("what is not there is answered with what is", async () => {
  const gone = problem(404, "not-found", "There is no target home.", { instance: "/v1/targets/home" });
  const { cli } = await against({ "POST /v1/targets/home/check": () => gone });
  expect(await cli.run("target", "check", "home")).toBe(1);
  expect(cli.err()).toBe("There is no target home.\n\nWhat there is:  berth target list\n");
});

test("without a broker the refusal says how to start one, and the status is 1", async () => {
  const server = `http://127.0.0.1:${await freePort()}`;
  const cli = desk({ server });
  expect(await cli.run("status")).toBe(1);
  expect(cli.err()).toBe(
    `no broker at ${server}\n\nStart one with:  npm start     or name another:  --server URL (BERTH_SERVER)\n`,
  );
});
