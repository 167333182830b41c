import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy, patchWorkload, type DeployRequest } from "../../src/broker/deploy.ts";
import { describe as describeWorkload } from "../../src/broker/describe.ts";
import { AdapterError, Fault } from "../../src/domain/fault.ts";
import type { RejectedOffer } from "../../src/domain/plan.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const put = (request: DeployRequest, ifGeneration?: number) =>
  deploy(bench.main.ports, bench.caller, "web", request, { ifGeneration });
const isList = (value: unknown): value is readonly RejectedOffer[] => Array.isArray(value);
const rejected = (error: unknown): readonly RejectedOffer[] => {
  const lines = error instanceof Fault ? error.extra["rejected"] : undefined;
  return isList(lines) ? lines : [];
};

describe("a deploy", () => {
  test("makes a plan that becomes ready, once and with one unit in the cloud", async () => {
    const { plan, outcome } = await put({ spec: webSpec() });
    expect([outcome, plan.state, plan.generation]).toEqual(["created", "pending", 1]);
    await bench.run(5_000);
    expect(await bench.file.store.plan(plan.project, plan.id)).toMatchObject({ state: "ready" });
    expect((await bench.made("cloud")).map(({ id }) => id)).toEqual(plan.units.map(({ id }) => id));
  });

  test("of the same spec again changes nothing, before it is ready and after", async () => {
    const { plan } = await put({ spec: webSpec() });
    for (const waitMs of [0, 5_000]) {
      await bench.run(waitMs);
      const before = await bench.file.dump();
      expect(await put({ spec: webSpec() })).toMatchObject({ outcome: "unchanged", plan: { id: plan.id } });
      expect(await bench.file.dump()).toBe(before);
    }
  });

  test("of the same spec again starts everything anew when that is what was asked", async () => {
    const first = await put({ spec: webSpec() });
    await bench.run(5_000);
    const again = await put({ spec: webSpec(), redeploy: true });
    expect(again.outcome).toBe("changed");
    expect(again.plan.units[0]?.id).not.toBe(first.plan.units[0]?.id);
    await bench.run(40_000);
    expect((await bench.made("cloud")).map(({ id }) => id)).toEqual([again.plan.units[0]?.id]);
  });

  test("that only changes the number of replicas keeps its unit", async () => {
    const first = await put({ spec: webSpec() });
    await bench.run(5_000);
    const wider = await put({ spec: webSpec({ scale: { min: 2, max: 3 } }) });
    expect(wider.plan.units[0]).toMatchObject({
      id: first.plan.units[0]?.id,
      birth: 1,
      replicas: { min: 2, max: 3 },
    });
    await bench.run(5_000);
    expect((await bench.made("cloud"))[0]?.replicas).toBe(2);
  });

  test("older than the last one that was accepted is refused, the same number and none are not", async () => {
    const source = (sequence: number) => ({ repo: "acme/web", sequence });
    await put({ spec: webSpec(), source: source(7) });
    const older = put({ spec: webSpec({ image: "localhost/web:0" }), source: source(6) });
    await expect(older).rejects.toMatchObject({ code: "older-than-current", extra: { current: 7 } });
    expect((await put({ spec: webSpec({ image: "localhost/web:2" }), source: source(7) })).outcome).toBe(
      "changed",
    );
    expect((await put({ spec: webSpec({ image: "localhost/web:3" }) })).outcome).toBe("changed");
    const still = put({ spec: webSpec(), source: source(6) });
    await expect(still).rejects.toMatchObject({ code: "older-than-current" });
  });

  test("is refused over another generation than the one the caller has seen", async () => {
    await put({ spec: webSpec() }, 0);
    const stale = put({ spec: webSpec({ image: "localhost/web:2" }) }, 0);
    await expect(stale).rejects.toMatchObject({ code: "precondition-failed" });
    expect((await put({ spec: webSpec({ image: "localhost/web:2" }) }, 1)).plan.generation).toBe(2);
  });

  test("at the same moment as another: one wins, the other is told of the conflict and leaves nothing", async () => {
    await put({ spec: webSpec() });
    const results = await Promise.allSettled(
      ["a", "b", "c"].map((tag) => put({ spec: webSpec({ image: `localhost/web:${tag}` }) })),
    );
    const lost = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(lost).toMatchObject(
      Array.from({ length: 2 }, () => ({ code: "generation-conflict", extra: { generation: 2 } })),
    );
    const scope = { project: bench.caller.project.id, environment: "production" };
    expect(await bench.file.store.plans(scope, "web", 10)).toHaveLength(2);
  });

  test("at the same moment as the very same: one is made of them, and each is told of it", async () => {
    for (const spec of [webSpec(), webSpec({ image: "localhost/web:2" })]) {
      const results = await Promise.all(Array.from({ length: 4 }, () => put({ spec })));
      expect(new Set(results.map(({ plan }) => plan.id)).size).toBe(1);
      expect(results.filter(({ outcome }) => outcome === "unchanged").length).toBe(3);
    }
    const scope = { project: bench.caller.project.id, environment: "production" };
    expect(await bench.file.store.plans(scope, "web", 10)).toHaveLength(2);
  });

  test("is refused when the spec's name is not the path's, and when it has problems", async () => {
    await expect(put({ spec: webSpec({ name: "api" }) })).rejects.toMatchObject({
      code: "invalid-spec",
      problems: [{ pointer: "/name" }],
    });
    await expect(put({ spec: { name: "web" } })).rejects.toMatchObject({ code: "invalid-spec" });
    const held = put({ spec: webSpec({ rollout: { onFailure: "hold" } }) });
    await expect(held).rejects.toMatchObject({ problems: [{ pointer: "/rollout/onFailure" }] });
  });
});

describe("a patch", () => {
  test("changes what it names in the document as it was written, and nothing else", async () => {
    await put({ spec: webSpec({ env: { A: "1", B: "2" } }) });
    const patch = { spec: { image: "localhost/web:2", env: { B: null } } };
    await patchWorkload(bench.main.ports, bench.caller, "web", patch);
    const { spec } = await describeWorkload(bench.main.ports, bench.caller, "web");
    expect(spec).toEqual(webSpec({ image: "localhost/web:2", env: { A: "1" } }));
    const again = await patchWorkload(bench.main.ports, bench.caller, "web", {});
    expect(again.outcome).toBe("unchanged");
  });

  test("over a generation that has passed is refused", async () => {
    await put({ spec: webSpec() });
    const patched = patchWorkload(bench.main.ports, bench.caller, "web", {}, { ifGeneration: 3 });
    await expect(patched).rejects.toMatchObject({ code: "precondition-failed" });
  });
});

describe("a placement", () => {
  test("that finds nothing lists every place with every reason, and stores nothing", async () => {
    await bench.connect("full", sandboxTarget("aci", { quota: { resources: 0 } }));
    const before = await bench.file.dump();
    const spec = webSpec({ resources: { cpu: 200 } });
    const refused = await put({ spec }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "no-placement" });
    const lines = rejected(refused);
    expect(lines.map(({ offer }) => offer.place.target)).toEqual(expect.arrayContaining(["cloud", "full"]));
    for (const { reasons } of lines) expect(reasons.length).toBeGreaterThan(0);
    const unconnected = lines.filter(({ offer }) => offer.place.target === undefined);
    expect(unconnected.length).toBeGreaterThan(50);
    expect(unconnected[0]?.reasons[0]?.message).toMatch(/^no target connected: berth target add /);
    expect(await bench.file.dump()).toBe(before);
  });

  test.each([
    ["with a kind", new AdapterError("denied", "the role may not list services"), "the role may not list"],
    ["in a way nobody classified", new Error("boom"), "in a way nobody classified"],
  ])(
    "counts a target that fails %s as a refused line, and goes on with the others",
    async (_how, error, says) => {
      await bench.connect("broken", sandboxTarget("aci"));
      bench.interference = {
        before: ({ verb, target }) => {
          if (verb === "offers" && target === "broken") throw error;
        },
      };
      const { plan } = await put({ spec: webSpec() });
      expect(plan.units[0]?.place.target).toBe("cloud");
      const line = plan.explanation.rejected.find(({ offer }) => offer.id === "broken");
      expect(line?.reasons).toMatchObject([{ rule: "target", message: expect.stringContaining(says) }]);
    },
  );

  test("is stored with its plan: ranked and refused offers, the policy, the price and its lines", async () => {
    await bench.connect("other", sandboxTarget("cloud-run"));
    const { plan } = await put({ spec: webSpec() });
    const stored = await bench.file.store.plan(plan.project, plan.id);
    expect(stored?.explanation).toEqual(plan.explanation);
    expect(stored?.explanation.ranked.length).toBeGreaterThan(1);
    expect(stored?.explanation.policy).toBe("default");
    expect(stored?.price?.lines.length).toBeGreaterThan(0);
    expect(stored?.explanation.ranked[0]?.offer.id).toBe(plan.units[0]?.offer);
  });

  test("leaves a workload where it is although another place has become cheaper, and says so", async () => {
    const { plan } = await put({ spec: webSpec() });
    await bench.run(5_000);
    await bench.connect("other", sandboxTarget("cloud-run"));
    const next = await put({ spec: webSpec({ image: "localhost/web:2" }) });
    expect(next.plan.units[0]?.place).toEqual(plan.units[0]?.place);
    expect(next.plan.explanation.incumbent).toMatchObject({ stays: true, place: plan.units[0]?.place });
  });
});

describe("a deploy that others come between", () => {
  /** A process whose reads of the units are each followed by somebody else's commit, `times` in a row. */
  const interrupted = (times: number) => {
    let left = times;
    return bench.process((store) => ({
      ...store,
      units: async (...given: Parameters<typeof store.units>) => {
        const units = await store.units(...given);
        if (left-- > 0) await put({ spec: webSpec({ image: `localhost/web:other-${left}` }) });
        return units;
      },
    }));
  };

  test("while it reads is made from what holds afterwards, not from a mixture", async () => {
    await put({ spec: webSpec() });
    const spec = webSpec({ image: "localhost/web:mine" });
    const { plan } = await deploy(interrupted(1).ports, bench.caller, "web", { spec });
    expect(plan.generation).toBe(3);
    await bench.run(45_000);
    expect((await bench.made("cloud")).map(({ image }) => image)).toEqual(["localhost/web:mine"]);
  });

  test("without end is told of the conflict", async () => {
    await put({ spec: webSpec() });
    const { ports } = interrupted(100);
    const lost = deploy(ports, bench.caller, "web", { spec: webSpec({ image: "localhost/web:mine" }) });
    await expect(lost).rejects.toMatchObject({ code: "generation-conflict" });
  });
});
