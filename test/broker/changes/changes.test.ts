import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { approvePlan } from "../../../src/broker/approve.ts";
import { putBudget } from "../../../src/broker/budgets.ts";
import { commitShown } from "../../../src/broker/changes/commit-shown.ts";
import { makeChange, showChange, type ChangeRequest } from "../../../src/broker/changes/make.ts";
import { changeNow, readChange } from "../../../src/broker/changes/read.ts";
import { changeView } from "../../../src/broker/changes/view.ts";
import { waitUntilAllReady } from "../../../src/broker/changes/wait.ts";
import { deploy } from "../../../src/broker/deploy.ts";
import { replayPlan } from "../../../src/broker/replay.ts";
import { Fault } from "../../../src/domain/fault.ts";
import { openBench, type Bench } from "../ports.ts";
import { sandboxTarget, workerSpec } from "../specs.ts";

const ROLLOUT_MS = 45_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

/** Two places that sell the same: the one in the north is cheaper, and has room for so many replicas. */
async function connect(room = 4): Promise<void> {
  await bench.connect("near", { ...sandboxTarget("aci", { quota: { resources: room } }), region: "eastus" });
  await bench.connect("far", { ...sandboxTarget("aci"), region: "brazilsouth" });
}

const spec = (name: string, over: Readonly<Record<string, unknown>> = {}) =>
  workerSpec({ name, scale: { min: 2, max: 2 }, ...over });
const request = (specs: readonly unknown[], over: Partial<ChangeRequest> = {}) => ({ specs, ...over });
const make = async (specs: readonly unknown[], over: Partial<ChangeRequest> = {}) =>
  makeChange(bench.main.ports, bench.caller, request(specs, over));
const show = async (specs: readonly unknown[]) => showChange(bench.main.ports, bench.caller, request(specs));
const commit = async (id: string) => commitShown(bench.main.ports, bench.caller, id);
const view = async (id: string) =>
  changeView(await changeNow(bench.main.ports, await readChange(bench.main.ports, bench.caller, id)));
const scope = () => ({ project: bench.caller.project.id, environment: "production" });
const names = async () => (await bench.file.store.workloads(scope(), { limit: 100 })).map(({ name }) => name);
const places = async (id: string) =>
  Object.fromEntries((await view(id)).plans.map(({ workload, units }) => [workload, units[0]?.place.target]));

async function refusal(promise: Promise<unknown>): Promise<Fault> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a change of several workloads", () => {
  test("is one change: all become ready, and it is ready with the last of them", async () => {
    await connect(10);
    const { change, isUnchanged } = await make([spec("api"), spec("web"), spec("jobs")]);
    expect(isUnchanged).toBe(false);
    expect(await view(change.id)).toMatchObject({
      id: change.id,
      state: "pending",
      packing: { proven: true },
    });
    await bench.run(ROLLOUT_MS);
    const { plans, state } = await view(change.id);
    expect(state).toBe("ready");
    expect(plans.map(({ workload, changeId, generation }) => [workload, changeId, generation])).toEqual([
      ["api", change.id, 1],
      ["jobs", change.id, 1],
      ["web", change.id, 1],
    ]);
  });

  test("of the very same again changes nothing", async () => {
    await connect(10);
    const specs = [spec("api"), spec("web")];
    await make(specs);
    await bench.run(ROLLOUT_MS);
    const again = await make(specs);
    expect(again.isUnchanged).toBe(true);
    expect((await view(again.change.id)).plans.map(({ generation, state }) => [generation, state])).toEqual([
      [1, "ready"],
      [1, "ready"],
    ]);
  });

  test("changes only what is changed, and keeps what runs", async () => {
    await connect(10);
    await make([spec("api"), spec("web")]);
    await bench.run(ROLLOUT_MS);
    const { change } = await make([spec("api"), spec("web", { env: { A: "1" } })]);
    await bench.run(ROLLOUT_MS);
    const { plans, state } = await view(change.id);
    expect([state, ...plans.map(({ generation }) => generation)]).toEqual(["ready", 1, 2]);
  });

  test("gives room that does for one to the higher priority, and tells the other who has it", async () => {
    await connect(2);
    const { change } = await make([spec("api", { priority: 10 }), spec("web", { priority: 90 })]);
    expect(await places(change.id)).toEqual({ web: "near", api: "far" });
    const api = (await changeNow(bench.main.ports, change)).plans.find(({ workload }) => workload === "api");
    const near = api?.explanation.rejected.find(({ offer }) => offer.place.target === "near");
    expect(near?.reasons.map(({ message }) => message).join()).toMatch(
      /its room goes to web of the same change/,
    );
    await bench.run(ROLLOUT_MS);
    expect((await view(change.id)).state).toBe("ready");
    expect((await bench.made("near")).reduce((sum, { replicas }) => sum + replicas, 0)).toBe(2);
  });

  test("is replayed plan by plan from its receipts, byte for byte", async () => {
    await connect(2);
    const { change } = await make([spec("api", { priority: 10 }), spec("web", { priority: 90 })]);
    for (const { plan } of change.members)
      expect(await replayPlan(bench.main.ports, bench.caller, plan)).toMatchObject({ identical: true });
  });

  test("is made whole or not at all: one without a place keeps the others from being made", async () => {
    await bench.connect("near", { ...sandboxTarget("aci", { quota: { resources: 2 } }), region: "eastus" });
    const fault = await refusal(make([spec("api"), spec("web")]));
    expect(fault.code).toBe("no-placement");
    expect(fault.extra["unplaced"]).toMatchObject([{ workload: "web" }]);
    expect(fault.message).toMatch(
      /1 of 2 workloads have no place\. No place can take web: .*api of the same change/,
    );
    expect(await names()).toEqual([]);
  });

  test("tells what is wrong in all of its specs, each by its place in the body", async () => {
    await connect();
    const fault = await refusal(make([spec("api", { image: "" }), spec("web"), spec("web", { cpus: 3 })]));
    expect(fault.code).toBe("invalid-spec");
    expect(fault.problems.map(({ pointer }) => pointer)).toEqual(["/specs/0/image", "/specs/2/cpus"]);
    const twice = await refusal(make([spec("web"), spec("api"), spec("web")]));
    expect(twice.problems).toEqual([{ pointer: "/specs/2/name", message: "is the name of /specs/0, too" }]);
    const secret = await refusal(make([spec("web"), spec("api", { secrets: { KEY: "none" } })]));
    expect(secret.problems.map(({ pointer }) => pointer)).toEqual(["/specs/1/secrets/KEY"]);
  });

  test("that somebody was faster than writes nothing, and names who is not where it was", async () => {
    await connect(10);
    await make([spec("api"), spec("web")]);
    await bench.run(ROLLOUT_MS);
    const slow = bench.process((store) => ({
      ...store,
      commitChange: async (at, whole) => {
        await deploy(bench.main.ports, bench.caller, "web", { spec: spec("web", { env: { B: "2" } }) });
        return store.commitChange(at, whole);
      },
    }));
    const changed = [spec("api", { env: { A: "1" } }), spec("web", { env: { A: "1" } })];
    const fault = await refusal(makeChange(slow.ports, bench.caller, request(changed)));
    expect(fault).toMatchObject({
      code: "generation-conflict",
      extra: { workloads: [{ workload: "web", generation: 2 }] },
    });
    expect((await bench.file.store.workload(scope(), "api"))?.generation).toBe(1);
  });
});

describe("a change that was shown", () => {
  test("changes nothing, and is committed exactly as it was shown, once", async () => {
    await connect(2);
    const shown = await show([spec("api", { priority: 10 }), spec("web", { priority: 90 })]);
    expect(await names()).toEqual([]);
    expect(await view(shown.id)).toMatchObject({
      state: "proposed",
      plans: [{ state: "proposed" }, { state: "proposed" }],
    });
    const { change } = await commit(shown.id);
    expect(change.members.map(({ plan }) => plan)).toEqual(shown.members.map(({ plan }) => plan));
    expect(await places(change.id)).toEqual({ web: "near", api: "far" });
    await bench.run(ROLLOUT_MS);
    expect(await view(shown.id)).toMatchObject({ state: "ready" });
    expect((await commit(shown.id)).change).toEqual(
      await readChange(bench.main.ports, bench.caller, shown.id),
    );
    expect((await view(shown.id)).plans.map(({ generation }) => generation)).toEqual([1, 1]);
  });

  test("is refused with the difference, by workload, when it would be another one now", async () => {
    await connect(10);
    const shown = await show([spec("api"), spec("web")]);
    await deploy(bench.main.ports, bench.caller, "web", { spec: spec("web", { env: { B: "2" } }) });
    const fault = await refusal(commit(shown.id));
    expect(fault).toMatchObject({
      code: "plan-changed",
      extra: { differences: [{ workload: "web", what: "generation" }] },
    });
    expect(await names()).toEqual(["web"]);
  });

  test("is refused when the room it was decided on is somebody else's by now", async () => {
    await connect(2);
    const shown = await show([spec("api", { priority: 10 }), spec("web", { priority: 90 })]);
    await bench.connect("near", { ...sandboxTarget("aci", { quota: { resources: 1 } }), region: "eastus" });
    const fault = await refusal(commit(shown.id));
    expect(fault.code).toBe("plan-changed");
    expect(fault.message).toMatch(/web: room at aci\/eastus is room for 1 of 2 replicas/);
    expect(await names()).toEqual([]);
  });

  test("has plans that are committed by themselves as they were shown, too", async () => {
    await connect(2);
    const shown = await show([spec("api", { priority: 10 }), spec("web", { priority: 90 })]);
    const api = shown.members.find(({ workload }) => workload === "api")?.plan ?? "";
    const { plan } = await deploy(bench.main.ports, bench.caller, "api", { plan: api });
    expect([plan.id, plan.units[0]?.place.target]).toEqual([api, "far"]);
  });
});

describe("a change under rules and budgets", () => {
  const TWO_EYES = { name: "two-eyes", on: ["deploy"], effect: "approve", message: "ask the shop team" };
  const NO = { name: "no-nights", on: ["deploy"], effect: "deny", message: "not at night" };

  test("that a rule denies one of writes nothing of the others", async () => {
    await connect(10);
    const fault = await refusal(make([spec("api"), spec("web", { policy: { rules: [NO] } })]));
    expect(fault).toMatchObject({
      code: "policy-denied",
      extra: { denials: [{ workload: "web", rule: "no-nights" }] },
    });
    expect(await names()).toEqual([]);
  });

  test("lets one wait that has to, and when it goes it goes where it was decided beside the others", async () => {
    await connect(2);
    const { change } = await make([
      spec("api", { priority: 10, policy: { rules: [TWO_EYES] } }),
      spec("web", { priority: 90 }),
    ]);
    await bench.run(ROLLOUT_MS);
    expect(await view(change.id)).toMatchObject({ state: "held" });
    expect(await names()).toEqual(["web"]);
    const api = change.members.find(({ workload }) => workload === "api")?.plan ?? "";
    const anna = { ...bench.caller, actor: "token:anna", token: "tok_anna" };
    const seen = await bench.file.store.plan(bench.caller.project.id, api);
    const approved = await approvePlan(bench.main.ports, anna, api, { hash: seen?.hash });
    expect([approved.id, approved.state, approved.units[0]?.place.target]).toEqual([api, "pending", "far"]);
    await bench.run(ROLLOUT_MS);
    expect((await view(change.id)).state).toBe("ready");
  });

  test("goes where all of it is within a cap together, and is refused with the budget where nothing is", async () => {
    await bench.connect("near", { ...sandboxTarget("aci"), region: "eastus" });
    await bench.connect("far", { ...sandboxTarget("aci"), region: "brazilsouth" });
    const far = { targets: ["far"] };
    const one = await show([spec("api", { policy: far })]);
    const [dear] = (await changeNow(bench.main.ports, one)).plans;
    const usd = Number(dear?.price?.ceilingUsd);
    // The dear place comes first, and the cap has room there for one only.
    const tiers = [
      { name: "first", where: far },
      { name: "rest", where: {} },
    ];
    const both = [spec("api", { policy: { tiers } }), spec("web", { policy: { tiers } })];
    const free = await show(both);
    expect(await places(free.id)).toEqual({ api: "far", web: "far" });
    await putBudget(bench.main.ports, bench.caller, "team", {
      usdPerMonth: (usd * 1.9).toFixed(2),
      select: {},
    });
    const { change } = await make(both);
    expect(
      Object.values(await places(change.id))
        .map(String)
        .toSorted(),
    ).toEqual(["far", "near"]);
    const more = await refusal(make([spec("a"), spec("b")]));
    expect(more.code).toBe("no-placement");
    expect(more.message).toMatch(/budget team has .* USD a month left/);
  });
});

test("waiting for a change ends with what one of its plans ended with", async () => {
  await connect(10);
  const { change } = await make([spec("api"), spec("web")]);
  const ports = { ...bench.main.ports, sleep: async (ms: number) => bench.run(ms) };
  const never = new AbortController().signal;
  const now = await waitUntilAllReady(ports, bench.caller, change.id, 60, never);
  expect(changeView(now).state).toBe("ready");
  const shown = await show([spec("api", { env: { A: "1" } }), spec("web")]);
  const fault = await refusal(waitUntilAllReady(ports, bench.caller, shown.id, 5, never));
  expect(fault).toMatchObject({ code: "plan-not-committable", extra: { change: { id: shown.id } } });
});
