import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { abortPlan } from "../../src/broker/abort.ts";
import { approvePlan } from "../../src/broker/approve.ts";
import { deploy, type DeployOptions } from "../../src/broker/deploy.ts";
import { HELD_FOR_MS, lookAtHeldPlans } from "../../src/broker/holds.ts";
import { migrate } from "../../src/broker/migrate.ts";
import type { Caller } from "../../src/broker/ports.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
import { openBench, START, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
let ci: Caller;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
  ci = { ...bench.caller, token: "tok_ci" };
});
afterEach(async () => {
  await bench.close();
});

const person = (name: string): Caller => ({ ...bench.caller, actor: `token:${name}`, token: `tok_${name}` });
const APPROVAL = {
  name: "two-eyes",
  on: ["deploy", "migrate"],
  effect: "approve",
  message: "ask the shop team",
};
const DENY = { name: "no-nights", on: ["deploy"], effect: "deny", message: "not at night" };
const HOUR_MS = 3_600_000;
const freeze = (hours: number, over = {}) => ({
  name: "release-week",
  message: "the shop is busy",
  from: new Date(START - HOUR_MS).toISOString(),
  until: new Date(START + hours * HOUR_MS).toISOString(),
  ...over,
});
const put = (policy: Readonly<Record<string, unknown>>, over = {}, options: DeployOptions = {}, by = ci) =>
  deploy(bench.main.ports, by, "web", { spec: webSpec({ policy, ...over }) }, options);
const stored = async (id: string) => bench.file.store.plan(bench.caller.project.id, id);
const approve = async (id: string, by: Caller, hash?: string) =>
  approvePlan(bench.main.ports, by, id, { hash: hash ?? (await stored(id))?.hash });
const look = () => lookAtHeldPlans(bench.main.ports, "tests");
const events = async () =>
  (
    await bench.file.store.events(
      { project: bench.caller.project.id, environment: "production" },
      "web",
      0,
      100,
    )
  ).map(({ type }) => type);

describe("a plan that needs an approval", () => {
  test("is held and says so, changes nothing that runs, and is committed once somebody else agrees", async () => {
    const { plan, outcome } = await put({ rules: [APPROVAL] });
    expect([outcome, plan.state, plan.stateReason]).toEqual([
      "held",
      "held",
      "it waits for somebody else to approve it (two-eyes: ask the shop team)",
    ]);
    await bench.run(5_000);
    expect(await bench.made("cloud")).toEqual([]);
    expect(await bench.file.store.workload({ project: plan.project, environment: "production" }, "web")).toBe(
      undefined,
    );
    const approved = await approve(plan.id, person("anna"), plan.hash);
    expect([approved.id, approved.state, approved.hash]).toEqual([plan.id, "pending", plan.hash]);
    await bench.run(5_000);
    expect((await stored(plan.id))?.state).toBe("ready");
    expect(await events()).toEqual(
      expect.arrayContaining(["plan.held", "plan.approved", "plan.released", "plan.ready"]),
    );
  });

  test("is never approved by who asked for it, neither by name nor by token", async () => {
    const { plan } = await put({ rules: [APPROVAL] });
    const same = [ci, { ...ci, actor: "token:other" }, { ...ci, token: "tok_other" }];
    for (const by of same) await expect(approve(plan.id, by)).rejects.toMatchObject({ code: "forbidden" });
    expect((await stored(plan.id))?.state).toBe("held");
  });

  test("made from a dry run is approved neither by who planned it nor by who committed it", async () => {
    const shown = await dryRun(bench.main.ports, person("bo"), {
      spec: webSpec({ policy: { rules: [APPROVAL] } }),
    });
    expect(shown.holds).toMatchObject([{ kind: "approval", rule: "two-eyes", approvals: 1 }]);
    const { plan } = await deploy(bench.main.ports, ci, "web", { plan: shown.id });
    expect([plan.id, plan.state]).toEqual([shown.id, "held"]);
    for (const by of [ci, person("bo")])
      await expect(approve(plan.id, by)).rejects.toMatchObject({ code: "forbidden" });
    expect((await approve(plan.id, person("anna"))).state).toBe("pending");
  });

  test("is not approved under another hash than its own", async () => {
    const { plan } = await put({ rules: [APPROVAL] });
    const other = approve(plan.id, person("anna"), "0".repeat(64));
    await expect(other).rejects.toMatchObject({ code: "plan-changed", extra: { hash: plan.hash } });
    expect((await stored(plan.id))?.state).toBe("held");
  });

  test("by two waits for two people; one who agrees twice is one", async () => {
    const { plan } = await put({ rules: [{ ...APPROVAL, approvals: 2 }] });
    for (const by of [person("anna"), person("anna"), { ...person("anna"), token: "tok_2" }])
      expect(await approve(plan.id, by)).toMatchObject({
        state: "held",
        stateReason: expect.stringContaining("2 people to approve it, 1 so far"),
      });
    expect((await approve(plan.id, person("bo"))).state).toBe("pending");
  });

  test("asked for again stays the same plan with what was agreed to; another spec takes its place", async () => {
    const rules = [{ ...APPROVAL, approvals: 2 }];
    const { plan } = await put({ rules });
    await approve(plan.id, person("anna"));
    expect(await put({ rules })).toMatchObject({ outcome: "held", plan: { id: plan.id } });
    const next = await put({ rules }, { image: "localhost/web:2" });
    expect(next.plan.id).not.toBe(plan.id);
    expect((await stored(plan.id))?.state).toBe("superseded");
    await expect(approve(plan.id, person("bo"))).rejects.toMatchObject({ code: "plan-not-held" });
  });

  test("ends as superseded when something else is committed", async () => {
    await put({});
    await bench.run(5_000);
    const { plan } = await put({ rules: [APPROVAL] }, { image: "localhost/web:2" });
    await put({}, { image: "localhost/web:3" });
    expect((await stored(plan.id))?.state).toBe("superseded");
  });

  test("ends as expired, with what changed, when it would be another plan by then", async () => {
    const { plan } = await put({ rules: [APPROVAL] });
    await bench.connect("cloud", sandboxTarget("ecs", { quota: { resources: 0 } }));
    const late = approve(plan.id, person("anna"));
    await expect(late).rejects.toMatchObject({ code: "plan-expired" });
    expect(await stored(plan.id)).toMatchObject({
      state: "expired",
      stateReason: expect.stringMatching(/\w/),
    });
    expect(await bench.made("cloud")).toEqual([]);
  });

  test("ends as expired when nobody agrees in time, and not before", async () => {
    const { plan } = await put({ rules: [APPROVAL] });
    bench.clock.now = START + HELD_FOR_MS - 1;
    expect(await look()).toBe(0);
    bench.clock.now += 1;
    expect(await look()).toBe(1);
    expect(await stored(plan.id)).toMatchObject({ state: "expired" });
  });

  test("of a migration leaves its pin when it is committed, not while it waits", async () => {
    await bench.connect("other", sandboxTarget("aci"));
    const worker = { kind: "worker", port: undefined };
    await put({ rules: [{ ...APPROVAL, on: ["migrate"] }] }, worker);
    await bench.run(5_000);
    const scope = { project: bench.caller.project.id, environment: "production" };
    const from = (await bench.file.store.plans(scope, "web", 1))[0]?.units[0]?.place.target;
    const to = from === "cloud" ? "other" : "cloud";
    const { plan } = await migrate(bench.main.ports, ci, "web", { to: { target: to } });
    expect(plan.state).toBe("held");
    expect(await bench.file.store.overrides(scope, "web", bench.clock.now)).toEqual([]);
    await approve(plan.id, person("anna"));
    expect(await bench.file.store.overrides(scope, "web", bench.clock.now)).toMatchObject([
      { pin: { target: to } },
    ]);
  });

  test("can be aborted, and then nobody approves it", async () => {
    const { plan } = await put({ rules: [APPROVAL] });
    const ended = await abortPlan(bench.main.ports, ci, plan.id, { reason: "not today" });
    expect(ended).toMatchObject({ state: "aborted", stateReason: "aborted by token:ci: not today" });
    await expect(approve(plan.id, person("anna"))).rejects.toMatchObject({ code: "plan-not-held" });
    expect(await look()).toBe(0);
  });
});

describe("a freeze", () => {
  test("holds a deploy until it ends, and then lets it go by itself", async () => {
    const { plan } = await put({ freezes: [freeze(2)] });
    expect(plan).toMatchObject({ state: "held", holds: [{ kind: "freeze", until: START + 2 * HOUR_MS }] });
    bench.clock.now = START + HOUR_MS;
    await look();
    expect((await stored(plan.id))?.state).toBe("held");
    bench.clock.now = START + 2 * HOUR_MS;
    await look();
    expect((await stored(plan.id))?.state).toBe("pending");
    await bench.run(5_000);
    expect((await bench.made("cloud")).length).toBe(1);
  });

  test("is passed by an emergency, which is an event and stands on the plan", async () => {
    const { plan, outcome } = await put(
      { freezes: [freeze(2)], rules: [APPROVAL] },
      {},
      { emergency: { reason: "the shop is down" } },
    );
    expect([outcome, plan.state]).toEqual(["created", "pending"]);
    expect(plan.passed).toMatchObject([
      { rule: "two-eyes", by: { emergency: "the shop is down" } },
      { rule: "release-week", by: { emergency: "the shop is down" } },
    ]);
    expect(await events()).toContain("change.emergency");
  });

  test("that one process looks at is looked at by no other at the same time", async () => {
    await put({ freezes: [freeze(2)] });
    bench.clock.now = START + 2 * HOUR_MS;
    const other = bench.process();
    const both = await Promise.all([look(), lookAtHeldPlans(other.ports, "another")]);
    expect(new Set(both)).toEqual(new Set([0, 1]));
  });
});

describe("a rule that denies", () => {
  test("refuses the change with its name, layer and message, keeps an event, and changes nothing", async () => {
    const refused = put({ rules: [DENY] });
    await expect(refused).rejects.toMatchObject({
      code: "policy-denied",
      message: expect.stringContaining("not at night (no-nights, inline policy)"),
      extra: { denials: [{ rule: "no-nights", message: "not at night", layer: { layer: "inline" } }] },
    });
    expect(await events()).toEqual(["change.denied"]);
  });

  test("is passed by no emergency", async () => {
    const refused = put({ rules: [DENY] }, {}, { emergency: { reason: "the shop is down" } });
    await expect(refused).rejects.toMatchObject({ code: "policy-denied" });
  });

  test("only warns and writes an event while it is in audit mode", async () => {
    const { plan } = await put({ rules: [{ ...DENY, mode: "audit" }] });
    expect(plan).toMatchObject({
      state: "pending",
      warnings: expect.arrayContaining([
        {
          code: "policy-audit",
          message: "no-nights (inline policy, audit only) would deny this: not at night",
        },
      ]),
    });
    expect(await events()).toContain("policy.audit");
  });
});

describe("abort", () => {
  test("of a plan under way goes back to the plan before it, and the next plan is made from that", async () => {
    const first = await put({});
    await bench.run(5_000);
    bench.probe = () => "it does not answer";
    const second = await put({}, { image: "localhost/web:2" });
    await bench.run(2_000);
    const asked = await abortPlan(bench.main.ports, ci, second.plan.id, { reason: "wrong image" });
    expect(asked.abort).toEqual({ actor: "token:ci", reason: "wrong image" });
    await bench.run(60_000);
    expect(await stored(second.plan.id)).toMatchObject({
      state: "aborted",
      stateReason: "aborted by token:ci: wrong image",
    });
    const scope = { project: first.plan.project, environment: "production" };
    expect((await bench.file.store.workload(scope, "web"))?.plan).toBe(first.plan.id);
    expect((await bench.made("cloud")).map(({ id }) => id)).toEqual(first.plan.units.map(({ id }) => id));
  });

  test("of a first plan, of one that is over and of a removal is refused with what to do instead", async () => {
    const { plan } = await put({});
    const refused = (id: string) => abortPlan(bench.main.ports, ci, id, {});
    await expect(refused(plan.id)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("Remove web"),
    });
    await bench.run(5_000);
    await expect(refused(plan.id)).rejects.toMatchObject({
      message: expect.stringContaining("ready already"),
    });
  });
});
