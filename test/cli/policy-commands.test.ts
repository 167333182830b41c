import { expect, test } from "vitest";
import { desk } from "./desk.ts";
import { ok, problem, scriptedBroker, type Reply } from "./scripted-broker.ts";
import { NOTHING, SIMULATION } from "./simulation.ts";

const TESTS = `policy: eu.yaml
tests:
  - name: residency beats price
    given:
      offers:
        - { place: cloud-run/us-central1, price: 5 }
        - { place: ecs/eu-west-1, price: 9 }
    expect:
      placed: ecs/eu-west-1
`;
const files = {
  "policies/eu.test.yaml": TESTS,
  "policies/eu.yaml": "jurisdictions: [EU]\n",
  "policies/wrong.test.yaml": TESTS.replace("placed: ecs/eu-west-1", "placed: cloud-run"),
  "policies/lost.test.yaml": TESTS.replace("eu.yaml", "nowhere.yaml"),
  "policies/odd.test.yaml": TESTS.replace("expect:", "expected:"),
  "policies/broken.test.yaml": TESTS.replace("eu.yaml", "broken.yaml"),
  "policies/broken.yaml": "spot: never\n",
  "eu.yaml": "jurisdictions: [EU]\n",
  "prices.yaml": "rates:\n  - { provider: ecs, meter: cpu-second, usd: 1 }\n",
};

test("berth policy test runs the tests of files, finds what they name beside them, and touches no broker", async () => {
  const cli = desk({ files, server: "http://192.0.2.1", token: undefined });
  expect(await cli.run("policy", "test", "policies/eu.test.yaml")).toBe(0);
  expect(cli.out()).toBe("policies/eu.test.yaml\n  ✔ residency beats price\n\n1 test passed\n");
});

test("a failed test is shown with what was expected, what came out, why, and its line; the exit status is 1", async () => {
  const cli = desk({ files });
  expect(await cli.run("policy", "test", "policies/eu.test.yaml", "policies/wrong.test.yaml")).toBe(1);
  expect(cli.out()).toContain("placed   policies/wrong.test.yaml:9");
  expect(cli.out()).toContain(
    "        expected  cloud-run\n        came out  ecs/eu-west-1 at $9.00 a month",
  );
  expect(cli.out()).toContain("outside the jurisdictions of policy eu.yaml: EU");
  expect(cli.out()).toMatch(/1 of 2 tests failed\n$/);
});

test("--json has every test and every difference with its line", async () => {
  const cli = desk({ files });
  expect(await cli.run("policy", "test", "policies/wrong.test.yaml", "--json")).toBe(1);
  expect(JSON.parse(cli.out())).toMatchObject({
    tests: 1,
    passed: 0,
    failed: 1,
    files: [
      {
        file: "policies/wrong.test.yaml",
        results: [{ ok: false, differences: [{ what: "placed", line: 9 }] }],
      },
    ],
  });
});

test.each([
  ["lost", "policies/lost.test.yaml: 1 problem\n  line 1   /policy   policies/nowhere.yaml cannot be read"],
  ["odd", "  line 8   /tests/0/expected   unknown field; did you mean expect?"],
  ["broken", "broken.yaml: 1 problem\n  line 1   /spot   "],
])(
  "a file of tests that is wrong (%s) is refused with its line, and the exit status is 2",
  async (name, said) => {
    const cli = desk({ files });
    expect(await cli.run("policy", "test", `policies/${name}.test.yaml`)).toBe(2);
    expect(cli.err()).toContain(said);
    expect(cli.out()).toBe("");
  },
);

async function simulating(reply: Reply, ...flags: readonly string[]) {
  const broker = await scriptedBroker({ "POST /v1/policies/eu-only/simulate": () => reply });
  const cli = desk({ files, server: broker.url });
  return { exit: await cli.run("policy", "simulate", "eu-only", ...flags), cli, broker };
}

test("berth policy simulate sends the document, the prices and the part of the fleet", async () => {
  const flags = [
    "-f",
    "eu.yaml",
    "--percent",
    "ecs=10,cloud-run=-5",
    "--prices",
    "prices.yaml",
    "--limit",
    "7",
  ];
  const part = [
    "--environments",
    "production,staging",
    "--selector",
    "team=shop",
    "--after",
    "production/web",
  ];
  const { exit, broker, cli } = await simulating(ok(NOTHING), ...flags, ...part);
  expect(exit).toBe(0);
  expect(broker.calls[0]?.body).toEqual({
    policy: { jurisdictions: ["EU"] },
    prices: {
      percent: { ecs: "10", "cloud-run": "-5" },
      rates: [{ provider: "ecs", meter: "cpu-second", usd: 1 }],
    },
    select: { environments: ["production", "staging"], labels: { team: "shop" } },
    limit: 7,
    after: "production/web",
  });
  expect(cli.out()).toMatch(/Nothing was changed\.\n$/);
});

test("without flags it sends nothing but the question", async () => {
  const { broker } = await simulating(ok(NOTHING));
  expect(broker.calls[0]?.body).toEqual({});
});

test.each([
  [["--format", "markdown"], /^### Policy eu-only: what would change/],
  [["--format", "json"], /^\{\n {2}"policy": "eu-only"/],
  [["--json"], /^\{\n {2}"policy": "eu-only"/],
])("%j chooses the form of the answer", async (flags, form) => {
  const { cli } = await simulating(ok(SIMULATION), ...flags);
  expect(cli.out()).toMatch(form);
});

test.each([
  ["moves", 1],
  ["violations", 1],
  ["unplaceable,incomplete", 1],
  ["incomplete", 1],
])("--fail-on %s fails a pipeline that finds it, and none that does not", async (what, exit) => {
  expect((await simulating(ok(SIMULATION), "--fail-on", what)).exit).toBe(exit);
  expect((await simulating(ok(NOTHING), "--fail-on", what)).exit).toBe(0);
});

test.each([
  [["--fail-on", "savings"], "--fail-on savings is none of moves, violations, unplaceable, incomplete"],
  [["--format", "html"], "--format html is none of text, markdown, json"],
  [["--percent", "ecs"], "--percent ecs is no pair"],
  [["--limit", "many"], "--limit many is not a whole number"],
])("%j is refused before the broker is asked", async (flags, said) => {
  const { exit, cli, broker } = await simulating(ok(NOTHING), ...flags);
  expect(exit).toBe(2);
  expect(cli.err()).toContain(said);
  expect(broker.calls).toEqual([]);
});

test("what the broker finds wrong in the policy is shown with the file's own lines", async () => {
  const errors = [{ pointer: "/policy/jurisdictions/0", detail: "nobody knows this country" }];
  const refused = problem(400, "invalid-body", "The policy has a problem.", { errors });
  const { exit, cli } = await simulating(refused, "-f", "eu.yaml");
  expect(exit).toBe(2);
  expect(cli.err()).toContain("eu.yaml: 1 problem\n  line 1   /jurisdictions/0   nobody knows this country");
});

const STORED = {
  name: "eu-only",
  owner: "project",
  version: 3,
  hash: "77ab",
  mandatory: true,
  actor: "token:me",
  changedAt: "2026-11-22T10:00:00.000Z",
  document: { jurisdictions: ["EU"], select: {} },
  violations: [
    {
      environment: "production",
      workload: "web",
      policy: "eu-only",
      version: 3,
      plan: "plan_1",
      place: { provider: "ecs", target: "aws", region: "us-east-1" },
      reasons: [{ rule: "policy:jurisdictions", message: "outside the jurisdictions of policy eu-only: EU" }],
      since: "2026-11-22T10:00:00.000Z",
    },
  ],
};

async function managing(reply: Reply, ...argv: readonly string[]) {
  const broker = await scriptedBroker({
    "PUT /v1/policies/eu-only": () => reply,
    "GET /v1/policies/eu-only": () => reply,
    "DELETE /v1/policies/eu-only": () => reply,
    "GET /v1/policies": () => reply,
  });
  const cli = desk({ files, server: broker.url });
  return { exit: await cli.run("policy", ...argv), cli, call: broker.calls[0] };
}

test("berth policy put stores the document and says what runs against it", async () => {
  const { exit, cli, call } = await managing(
    ok({
      ...STORED,
      warnings: [{ code: "unknown-name", message: "/targets/0: no target x" }],
      reviewed: false,
    }),
    "put",
    "eu-only",
    "-f",
    "eu.yaml",
  );
  expect(exit).toBe(0);
  expect(call?.body).toEqual({ jurisdictions: ["EU"] });
  expect(call?.headers["if-match"]).toBeUndefined();
  expect(cli.out()).toBe("policy eu-only is at version 3\n");
  expect(cli.err()).toContain("! /targets/0: no target x\n");
  expect(cli.err()).toContain(
    "production/web on Fargate aws us-east-1: outside the jurisdictions of policy eu-only: EU",
  );
  expect(cli.err()).toContain("not all that runs could be looked at in time");
});

test("what the broker does not store is shown with the file's own lines, and the exit status is 2", async () => {
  const detail = "instance policy residency says jurisdictions: US: together with jurisdictions here";
  const errors = [{ pointer: "/jurisdictions", detail }];
  const refused = problem(400, "invalid-body", "Policy eu-only has a problem.", { errors });
  const { exit, cli } = await managing(refused, "put", "eu-only", "-f", "eu.yaml");
  expect(exit).toBe(2);
  expect(cli.err()).toContain(`eu.yaml: 1 problem\n  line 1   /jurisdictions   ${detail}`);
});

test.each([
  ["3", { "if-match": '"3"' }],
  ["0", { "if-none-match": "*" }],
])("--if-version %s stores only over that version", async (version, headers) => {
  const { call } = await managing(ok(STORED), "put", "eu-only", "-f", "eu.yaml", "--if-version", version);
  expect(call?.headers).toMatchObject(headers);
});

test("what is wrong with a policy is shown with the file's own lines", async () => {
  const errors = [{ pointer: "/jurisdictions/0", detail: "nobody knows this country" }];
  const refused = problem(400, "invalid-body", "Policy eu-only has a problem.", { errors });
  const { exit, cli } = await managing(refused, "put", "eu-only", "-f", "eu.yaml");
  expect(exit).toBe(2);
  expect(cli.err()).toContain("eu.yaml: 1 problem\n  line 1   /jurisdictions/0   nobody knows this country");
});

test("berth policy get prints a document that can be put again, and the rest beside it", async () => {
  const { cli, call } = await managing(ok(STORED), "get", "eu-only", "--version", "3", "--instance");
  expect(call?.query).toMatchObject({ version: "3", of: "instance" });
  expect(cli.out()).toBe("jurisdictions:\n  - EU\nselect: {}\n");
  expect(cli.err()).toContain("eu-only · project's · version 3 · by token:me");
});

test("berth policy list says where each one holds, and an empty list how to store one", async () => {
  const named = { ...STORED, name: "team", mandatory: false, document: {} };
  const { cli } = await managing(ok({ policies: [STORED, named] }), "list");
  expect(cli.out()).toMatch(/eu-only +project +3 +2026-11-22 +everywhere\n/);
  expect(cli.out()).toMatch(/team +project +3 +2026-11-22 +where a spec names it\n/);
  const none = await managing(ok({ policies: [] }), "list");
  expect(none.cli.err()).toContain("berth policy put default -f policy.yaml");
});

test("berth policy delete asks first, and takes the policy out of force", async () => {
  const asked = await managing({ status: 204 }, "delete", "eu-only");
  expect(asked.exit).toBe(2);
  expect(asked.call).toBeUndefined();
  const { exit, cli, call } = await managing({ status: 204 }, "delete", "eu-only", "--yes");
  expect(exit).toBe(0);
  expect(call?.method).toBe("DELETE");
  expect(cli.out()).toBe("policy eu-only is out of force\n");
});
