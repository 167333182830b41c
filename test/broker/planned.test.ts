import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
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

const plan = (spec: unknown, policy?: unknown) => dryRun(bench.main.ports, bench.caller, { spec, policy });
const commit = (id: string, name = "web") =>
  deploy(bench.main.ports, bench.caller, name, { plan: id }, { ifGeneration: undefined });

describe("a dry run", () => {
  test("is the plan that a deploy makes, and changes nothing that runs", async () => {
    const shown = await plan(webSpec());
    await bench.run(5_000);
    expect(await bench.made("cloud")).toEqual([]);
    const { plan: made } = await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec() });
    for (const field of ["generation", "price", "explanation", "revision", "stops", "rollout"] as const)
      expect(made[field]).toEqual(shown[field]);
    // The id of a workload that does not exist yet is drawn at commit, and with it the ids of its units.
    const kept = (units: typeof made.units) => units.map(({ id: _id, name: _name, ...unit }) => unit);
    expect(kept(made.units)).toEqual(kept(shown.units));
  });

  test("is committed exactly as it was shown, under the id it was shown with", async () => {
    const shown = await plan(webSpec());
    const { plan: made } = await commit(shown.id);
    expect(made).toMatchObject({ id: shown.id, generation: 1, state: "pending", price: shown.price });
    await bench.run(5_000);
    expect(await bench.file.store.plan(made.project, made.id)).toMatchObject({ state: "ready" });
  });

  test("is committed once only", async () => {
    const shown = await plan(webSpec());
    await commit(shown.id);
    const again = commit(shown.id);
    await expect(again).rejects.toMatchObject({ code: "plan-not-committable" });
  });

  test("is refused with the difference when it would be another plan now", async () => {
    const shown = await plan(webSpec());
    await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec({ image: "localhost/web:9" }) });
    await expect(commit(shown.id)).rejects.toMatchObject({
      code: "plan-changed",
      extra: {
        differences: expect.arrayContaining([
          expect.objectContaining({ changed: "workload", what: "generation", from: "0" }),
        ]),
      },
    });
  });

  test("is refused with what stands against it when no place can take it any more", async () => {
    const shown = await plan(webSpec());
    await bench.connect("cloud", sandboxTarget("ecs", { quota: { resources: 0 } }));
    await expect(commit(shown.id)).rejects.toMatchObject({
      code: "plan-changed",
      extra: {
        differences: expect.arrayContaining([
          expect.objectContaining({
            changed: "capacity",
            what: "where it would run",
            from: "ecs/eu-west-1 x1",
            to: "nowhere",
          }),
        ]),
      },
    });
  });

  test("is refused with the place and the price that differ when what is offered has changed", async () => {
    const shown = await plan(webSpec());
    await bench.connect("cloud", sandboxTarget("ecs", { quota: { resources: 0 } }));
    await bench.connect("other", sandboxTarget("cloud-run"));
    const refused = await commit(shown.id).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "plan-changed" });
    expect(String(refused)).toContain(
      "it would run on cloud-run/europe-west1 x1 instead of ecs/eu-west-1 x1",
    );
    expect(String(refused)).toMatch(/it would cost [\d.]+ USD a month instead of [\d.]+/);
    expect(await bench.file.store.plan(shown.project, shown.id)).toMatchObject({ state: "proposed" });
  });

  test("made with a what-if policy is never committed", async () => {
    const shown = await plan(webSpec(), { providers: ["ecs"] });
    expect(shown.proposal?.whatIf).toBe(true);
    const refused = commit(shown.id);
    await expect(refused).rejects.toMatchObject({ code: "plan-not-committable" });
    expect(await bench.made("cloud")).toEqual([]);
  });

  test("with a policy that does not parse is refused with pointers", async () => {
    const wrong = plan(webSpec(), { provider: ["ecs"] });
    await expect(wrong).rejects.toMatchObject({
      code: "invalid-body",
      problems: [{ pointer: "/policy/provider" }],
    });
  });

  test("is not committed under another workload's name or in another environment", async () => {
    const shown = await plan(webSpec());
    await expect(commit(shown.id, "api")).rejects.toMatchObject({ code: "plan-not-committable" });
    const staging = { ...bench.caller, environment: "staging" };
    const elsewhere = deploy(bench.main.ports, staging, "web", { plan: shown.id });
    await expect(elsewhere).rejects.toMatchObject({ code: "plan-not-committable" });
  });

  test("of another project, or of nobody, is not found", async () => {
    const shown = await plan(webSpec());
    const stranger = { ...bench.caller, project: { ...bench.caller.project, id: "prj_other" } };
    const stolen = deploy(bench.main.ports, stranger, "web", { plan: shown.id });
    await expect(stolen).rejects.toMatchObject({ code: "not-found" });
    await expect(commit("plan_none")).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("the policy of a spec", () => {
  test("may narrow inline, and the place that breaks it is refused by name", async () => {
    const spec = webSpec({ policy: { providers: ["cloud-run"] } });
    const refused = await plan(spec).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "no-placement" });
  });

  test("that nobody has stored is refused, not ignored", async () => {
    const refused = plan(webSpec({ policy: "gold" }));
    await expect(refused).rejects.toMatchObject({ code: "invalid-spec", problems: [{ pointer: "/policy" }] });
  });

  test("may not widen", async () => {
    const refused = plan(webSpec({ policy: { spot: "allow" } }));
    await expect(refused).rejects.toMatchObject({ code: "invalid-spec" });
  });
});
