import { describe, expect, test } from "vitest";
import { call } from "../fixtures.ts";
import { gone } from "./gone.ts";
import { ecsTemplate, ecsWorld, type EcsWorld, jobTemplate, SECRET_VALUE } from "./world.ts";
import { seenTry } from "../seen-try.ts";

describe("secrets and logins", () => {
  test("a secret reaches its tasks by the ARN of a marked copy, and the copy goes with the unit", async () => {
    const world = ecsWorld();
    const unit = world.unit();
    await world.adapter.apply(unit, call());
    const [secret] = world.region()?.secrets ?? [];
    expect(secret).toMatchObject({ name: `${unit.name}/db-url-v3`, value: `${SECRET_VALUE} of db-url@3` });
    expect(secret?.tags).toContainEqual({ Key: "berth-unit", Value: unit.id });
    const [definition] = world.region()?.definitions ?? [];
    expect(definition?.input.containerDefinitions?.[0]?.secrets).toEqual([
      { name: "DATABASE_URL", valueFrom: secret?.arn },
    ]);
    const others = world.calls.filter(({ operation }) => operation !== "CreateSecret");
    expect(JSON.stringify(others)).not.toContain(SECRET_VALUE);
    expect(JSON.stringify(world.adapter.render(unit))).not.toContain(SECRET_VALUE);
    world.time.pass(5_000);
    expect(await gone(world, unit)).toBe("gone");
    expect(world.region()?.secrets).toEqual([]);
  });

  test("a private registry's login is kept as a secret that the image's container names", async () => {
    const login = { username: "robot", password: "p-7c1" };
    const world = ecsWorld({
      ports: { registries: async (_tenant, host) => (host === "ghcr.io" ? login : undefined) },
    });
    await world.adapter.apply(world.unit({ template: ecsTemplate({ secrets: {} }) }), call());
    const [secret] = world.region()?.secrets ?? [];
    expect(JSON.parse(secret?.value ?? "")).toEqual(login);
    const [definition] = world.region()?.definitions ?? [];
    expect(definition?.input.containerDefinitions?.[0]?.repositoryCredentials).toEqual({
      credentialsParameter: secret?.arn,
    });
  });
});

describe("jobs", () => {
  const run = (world: EcsWorld, name = "btry1") => ({
    run: "run_1",
    attempt: 1,
    name,
    startedAt: world.time.now(),
  });

  test("a try starts, runs and ends with its exit code; its retry is a task of its own", async () => {
    const world = ecsWorld({
      rules: { exits: [{ image: "web", exitCode: 7, afterMs: 1_000, lines: ["no"] }] },
    });
    const unit = world.unit({ template: jobTemplate() });
    const first = run(world);
    expect((await world.adapter.runs?.start(unit, first, call()))?.phase).toBe("starting");
    world.time.pass(1_500);
    expect((await seenTry(world.adapter.runs, unit, first)).phase).toBe("running");
    world.time.pass(5_000);
    const ended = await seenTry(world.adapter.runs, unit, first);
    expect(ended).toMatchObject({ phase: "failed", exitCode: 7, lastLines: [expect.any(String), "no"] });
    expect(ended?.reason).toContain("exit code 7");
    world.account.behave({ exits: [] });
    const second = { ...run(world, "btry2"), attempt: 2 };
    await world.adapter.runs?.start(unit, second, call());
    world.time.pass(5_000);
    // A broker that starts again knows no ARNs and finds both by name.
    const again = world.open();
    expect(await seenTry(again.runs, unit, second)).toMatchObject({
      phase: "succeeded",
      exitCode: 0,
    });
    expect(await seenTry(again.runs, unit, first)).toMatchObject({ phase: "failed", exitCode: 7 });
    expect(world.operations().filter((name) => name === "RegisterTaskDefinition")).toHaveLength(1);
  });

  test("a start whose answer was lost is found by its token, even from a broker that knows nothing", async () => {
    const world = ecsWorld({
      rules: { faults: [{ operation: "RunTask", when: "lost", code: "", message: "", status: 0, times: 3 }] },
    });
    const unit = world.unit({ template: jobTemplate() });
    await expect(world.adapter.runs?.start(unit, run(world), call())).rejects.toMatchObject({
      kind: "unavailable",
    });
    await world.open().runs?.start(unit, run(world), call());
    expect(world.region()?.tasks).toHaveLength(1);
  });

  test.each([
    [
      "Capacity is unavailable at this time. Please try again later or in a different availability zone",
      "capacity",
    ],
    ["You've reached the limit on the number of vCPUs you can run concurrently", "quota"],
    ["something nobody has heard of", "bug"],
  ])("an answer of 200 that started nothing because of %s is %s", async (reason, kind) => {
    const world = ecsWorld({ rules: { runFailures: [reason] } });
    const unit = world.unit({ template: jobTemplate() });
    await expect(world.adapter.runs?.start(unit, run(world), call())).rejects.toMatchObject({ kind });
  });

  test("a try that was told to start a day ago and cannot be found is unknown, and not started again", async () => {
    const world = ecsWorld();
    const unit = world.unit({ template: jobTemplate() });
    const old = run(world);
    await world.adapter.runs?.start(unit, old, call());
    world.time.pass(25 * 3_600_000);
    expect(await world.open().runs?.start(unit, old, call())).toMatchObject({ phase: "unknown" });
    expect(world.operations().filter((name) => name === "RunTask")).toHaveLength(1);
  });

  test("a job that is removed takes its running tries along, and its secrets", async () => {
    const world = ecsWorld();
    const unit = world.unit({ template: jobTemplate() });
    await world.adapter.runs?.start(unit, run(world), call());
    world.time.pass(1_500);
    expect(await gone(world, unit)).toBe("gone");
    expect(world.region()?.secrets).toEqual([]);
    expect(world.region()?.tasks.every(({ stop }) => stop !== undefined)).toBe(true);
  });
});
