import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { approvePlan } from "../../src/broker/approve.ts";
import { putAutomation } from "../../src/broker/automation.ts";
import { putBudget } from "../../src/broker/budgets.ts";
import { deploy } from "../../src/broker/deploy.ts";
import { explainPlan } from "../../src/broker/explain-plan.ts";
import { readRun } from "../../src/broker/read-runs.ts";
import { startRun } from "../../src/broker/runs.ts";
import { joinHost, runWith, type JoinedHost } from "./agents.ts";
import { intercepted } from "../sim/intercepted.ts";
import { openBench, type Bench } from "./ports.ts";
import { jobSpec, sandboxTarget } from "./specs.ts";

const SECOND_MS = 1_000;
let bench: Bench;
let hosts: readonly JoinedHost[];
beforeEach(async () => {
  bench = await openBench();
  hosts = [await joinHost(bench, "attic"), await joinHost(bench, "cellar")];
});
afterEach(async () => {
  await bench.close();
});

/** A try runs for a minute, and has stopped 17 s after the last word of its host. */
const put = (over: Readonly<Record<string, unknown>> = {}, { retryUnknown = true, ...job } = {}) =>
  deploy(bench.main.ports, bench.caller, "report", {
    spec: jobSpec({
      env: { SANDBOX_RUN_SECONDS: "60" },
      stopGraceSeconds: 5,
      job: { retryUnknown, ...job },
      ...over,
    }),
  });
const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const read = (id: string) => readRun(bench.main.ports, bench.caller, "report", id);
const run = async (id: string) => await bench.file.store.run(scope(), "report", id);
const units = async () => (await bench.file.store.units(scope(), "report")).map(({ unit }) => unit);
const events = async (type: string) =>
  (await bench.file.store.events(scope(), "report", 0, 500)).filter((event) => event.type === type);
const tries = () => hosts.flatMap(({ host }) => host.tries.seen());
const live = () => hosts.filter(({ host }) => host.tries.seen().some(({ isOver }) => !isOver));
/** Time goes by for hosts that are heard; nobody hears the others, and their watchdogs go on. */
async function pass(seconds: number, living: readonly JoinedHost[]): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await runWith(bench, living, SECOND_MS);
    for (const { host } of hosts) host.step(bench.clock.now);
    expect(tries().filter(({ isOver }) => !isOver).length).toBeLessThanOrEqual(1);
  }
}

/** A run whose try is live: the host that makes it, and the other. */
async function begun(): Promise<{ id: string; loser: JoinedHost; other: JoinedHost }> {
  const { id } = await startRun(bench.main.ports, bench.caller, "report", {});
  await pass(5, hosts);
  const [loser] = live();
  const other = hosts.find((one) => one !== loser);
  if (loser === undefined || other === undefined) throw new Error("no try has begun");
  return { id, loser, other };
}

describe("a run whose host is lost", () => {
  test("ends on another host where its job may be tried again, and nothing of it runs twice", async () => {
    await put();
    const { id, loser, other } = await begun();
    await pass(110, [other]);
    const { state, attempts } = await read(id);
    expect(attempts.map(({ phase }) => phase)).toEqual(["unknown", "succeeded"]);
    expect(state).toBe("succeeded");
    expect(attempts[0]?.reason).toContain(`${loser.agent.id} has not been heard for`);
    const [moved] = await events("run.moved");
    expect(moved?.message).toMatch(/has not been heard for .* begins at agents\/.*, as plan 2 says/);
    expect(moved?.data).toMatchObject({ run: id, indexes: [0] });
  });

  test("has failed where nothing may be tried again whose end is unknown, and says which setting would", async () => {
    await put({}, { retryUnknown: false });
    const { id, other } = await begun();
    await pass(40, [other]);
    expect(await run(id)).toMatchObject({
      state: "failed",
      stateReason: expect.stringContaining("job.retryUnknown"),
    });
  });

  test("goes on where it is when the host is heard again before its lease is over", async () => {
    await put();
    const { id, other } = await begun();
    await pass(5, [other]);
    await pass(80, hosts);
    expect((await read(id)).attempts.map(({ phase }) => phase)).toEqual(["succeeded"]);
  });

  test("stays with it where its job is no fenced one: nobody could tell that it has stopped", async () => {
    await put({ unreachable: "replace" });
    const { id, other } = await begun();
    await pass(50, [other]);
    expect((await read(id)).attempts.map(({ phase }) => phase)).toEqual(["running"]);
  });

  test("never runs twice when the host is heard again in the very moment its try is given up, and begins it only then", async () => {
    await put();
    await pass(12, hosts);
    const [first] = await units();
    const loser = hosts.find(({ agent }) => agent.id === first?.place.host);
    const other = hosts.filter((one) => one !== loser);
    const heardAt = bench.clock.now;
    await startRun(bench.main.ports, bench.caller, "report", {});
    await bench.main.pass();
    let back = false;
    bench.main = bench.process((store) =>
      intercepted(store, async (name, call) => {
        if (name === "recordRun" && !back && bench.clock.now >= heardAt + 17 * SECOND_MS) {
          back = true;
          await loser?.sync();
          expect(live()).toEqual([loser]);
        }
        return await call();
      }),
    );
    await pass(18, other);
    expect(back).toBe(true);
    await pass(60, hosts);
  });

  test("begins its first try elsewhere when the host falls silent just before", async () => {
    await put({}, { retryUnknown: false });
    const [first] = await units();
    const other = hosts.find(({ agent }) => agent.id !== first?.place.host);
    const left = other === undefined ? [] : [other];
    // Nobody is called silent by a broker that has just begun.
    await pass(12, hosts);
    await pass(4, left);
    const { id } = await startRun(bench.main.ports, bench.caller, "report", {});
    await pass(80, left);
    const { attempts, state } = await read(id);
    expect([state, attempts.length]).toEqual(["succeeded", 1]);
  });

  test("keeps its own revision when another was deployed meanwhile: it gets a unit of its own, whose choice is explained and which goes with it", async () => {
    await put();
    const { id, loser, other } = await begun();
    const first = (await run(id))?.revision;
    await put({ image: "localhost/report:2" });
    await pass(110, [other]);
    expect((await read(id)).attempts.map(({ phase }) => phase)).toEqual(["unknown", "succeeded"]);
    const images = other.host.tries.seen().map(({ image }) => image);
    expect(images).toEqual(["localhost/report:1"]);
    const [moved] = await events("run.moved");
    const plan = String(moved?.data["plan"]);
    const text = await explainPlan(bench.main.ports, bench.caller, plan, { format: "text", all: true });
    expect(text.replaceAll(/\s+/g, " ")).toContain("its host does not answer");
    expect(moved?.message).toContain(`as berth explain ${plan} tells`);
    await expect(deploy(bench.main.ports, bench.caller, "report", { plan })).rejects.toMatchObject({
      code: "plan-not-committable",
    });
    const own = (await units()).find(
      ({ revision, place }) => revision === first && place.host === other.agent.id,
    );
    expect(own?.template.image).toBe("localhost/report:1");
    // Once nothing is kept for its logs any more, and the lost host is back.
    await runWith(bench, hosts, 30 * SECOND_MS);
    bench.clock.now += 300 * SECOND_MS;
    await runWith(bench, hosts, 30 * SECOND_MS);
    const [left, ...others] = await units();
    expect(others).toEqual([]);
    expect(left?.template.image).toBe("localhost/report:2");
    expect(loser.host.tries.seen().every(({ taken }) => taken)).toBe(true);
  });

  test("waits with a sentence where there is no other place, and begins where it was once the host is back", async () => {
    await put({ policy: { providers: ["agents"] } });
    const { id, other } = await begun();
    await pass(40, []);
    const waiting = await run(id);
    expect(waiting?.stateReason).toMatch(
      /^no place for its next try: .* has not been heard .*No place can take/,
    );
    expect(await events("run.waits")).toHaveLength(1);
    expect(waiting?.state).toBe("running");
    await pass(90, [other]);
    expect(await run(id)).toMatchObject({ state: "succeeded" });
    expect((await run(id))?.placing).toBeUndefined();
  });

  test("has failed when there was no other place for an hour", async () => {
    await put();
    const { id } = await begun();
    await pass(40, []);
    bench.clock.now += 3_600 * SECOND_MS;
    await runWith(bench, [], SECOND_MS);
    expect(await run(id)).toMatchObject({
      state: "failed",
      stateReason: expect.stringMatching(/no place for its next try within an hour: .*No place can take/),
    });
  });
});

describe("a move of a run", () => {
  const APPROVE = { name: "two-eyes", on: ["failover"], effect: "approve", message: "ask operations" };

  test("waits for the approval that a failover of its workload needs, and follows the plan that got it", async () => {
    await put({ policy: { rules: [APPROVE] } });
    const { id, other } = await begun();
    await pass(40, [other]);
    expect((await run(id))?.stateReason).toContain("it waits for somebody else to approve it (two-eyes");
    const held = await bench.file.store.heldPlan(scope(), "report");
    if (held === undefined) throw new Error("no plan is held");
    const anna = { ...bench.caller, actor: "token:anna", token: "tok_anna" };
    await approvePlan(bench.main.ports, anna, held.id, { hash: held.hash });
    await pass(80, [other]);
    expect(await run(id)).toMatchObject({ state: "succeeded" });
  });

  test("is denied by the rules that deny a failover, and the run says so", async () => {
    await put({ policy: { rules: [{ ...APPROVE, effect: "deny" }] } });
    const { id, other } = await begun();
    await pass(40, [other]);
    expect((await run(id))?.stateReason).toContain("ask operations (two-eyes");
  });

  test("does not happen while automation is off, and the run says so", async () => {
    await put();
    const { id, other } = await begun();
    await putAutomation(bench.main.ports, bench.caller, { enabled: false, reason: "a bad night" });
    await pass(40, [other]);
    expect((await run(id))?.stateReason).toContain("automation is off");
    await putAutomation(bench.main.ports, bench.caller, { enabled: true, reason: "over" });
    await pass(90, [other]);
    expect(await run(id)).toMatchObject({ state: "succeeded" });
  });

  test("does not happen before the silence that its policy tolerates is over", async () => {
    await put({ policy: { failover: { tolerationSeconds: 60 } } });
    const { id, other } = await begun();
    await pass(50, [other]);
    expect((await run(id))?.stateReason).toContain("its policy waits 60 s for a silent host");
    await pass(90, [other]);
    expect(await run(id)).toMatchObject({ state: "succeeded" });
  });

  test("waits where a budget's cap is in the way, and goes once that is lifted", async () => {
    const capped = (usdPerMonth: string) =>
      putBudget(bench.main.ports, bench.caller, "team", { usdPerMonth, select: {} });
    await bench.connect("cloud", sandboxTarget("ecs"));
    await capped("0.01");
    await put();
    const { id } = await begun();
    await pass(40, []);
    expect((await run(id))?.stateReason).toMatch(/no place for its next try: .*budget team/i);
    await capped("500");
    await pass(90, []);
    expect(await run(id)).toMatchObject({ state: "succeeded" });
    expect(await bench.tries("cloud")).toHaveLength(1);
  });
});
