import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { destroy } from "../../src/broker/destroy.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
import { deleteEnvironment, putEnvironment } from "../../src/broker/environments.ts";
import { migrate } from "../../src/broker/migrate.ts";
import type { Caller } from "../../src/broker/ports.ts";
import { rollOutSecret } from "../../src/broker/roll-out-secret.ts";
import {
  deleteSecret,
  MAX_SECRET_BYTES,
  putSecret,
  readSecret,
  type SecretRequest,
} from "../../src/broker/secrets.ts";
import { deleteTarget, putTarget } from "../../src/broker/targets.ts";
import { secretReader } from "../../src/broker/secret-values.ts";
import { secretsOf } from "../../src/domain/secret-references.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, workerSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const SPEC = workerSpec({ secrets: { DATABASE_URL: "db-url" } });
const inEnvironment = (environment: string): Caller => ({ ...bench.caller, environment });
const put = async (value: string, caller = bench.caller, request: SecretRequest = {}, name = "db-url") =>
  (await putSecret(bench.main.ports, caller, name, { value, ...request })).secret;
const up = async (spec: unknown = SPEC, caller = bench.caller) =>
  (await deploy(bench.main.ports, caller, "web", { spec })).plan;
const pins = ({ units }: Plan) => [...new Set(units.flatMap(({ template }) => secretsOf(template)))];
const value = (reference: string, environment = "production") =>
  secretReader(bench.main.ports)({ project: bench.caller.project.id, environment }, reference, {
    signal: new AbortController().signal,
  });
const preview = async (name: string) =>
  void (await putEnvironment(bench.main.ports, bench.caller, name, { class: "preview" }));

describe("putting a secret", () => {
  test("makes a version of each other value, and adapters read the one they name", async () => {
    expect(await put("one")).toMatchObject({ version: 1, createdBy: "token:ci", usedBy: [] });
    expect((await put("two")).versions.map(({ version }) => version)).toEqual([2, 1]);
    expect([await value("db-url@1"), await value("db-url@2"), await value("db-url")]).toEqual([
      "one",
      "two",
      "two",
    ]);
  });

  test("again with the same value writes nothing at all", async () => {
    await put("one");
    bench.clock.now += 1_000;
    const before = await bench.file.dump();
    expect(await put("one")).toMatchObject({ version: 1 });
    expect(await bench.file.dump()).toBe(before);
  });

  test.each([
    ["empty", ""],
    ["too long", "é".repeat(MAX_SECRET_BYTES / 2) + "x"],
    ["with a null in it", "a\u0000b"],
    ["that is no text", "a\ud800"],
  ])("refuses a value %s with a pointer, and never repeats it", async (_what, wrong) => {
    const refused = put(wrong);
    await expect(refused).rejects.toMatchObject({ code: "invalid-body", problems: [{ pointer: "/value" }] });
    expect(
      await bench.file.store.secrets({ project: bench.caller.project.id, environment: "production" }),
    ).toEqual([]);
  });

  test("takes every text up to the limit as it is", async () => {
    for (const text of ["é".repeat(MAX_SECRET_BYTES / 2), " \n\t\r\n ", "\ufeff{}", "👩‍🚀"]) {
      await put(text);
      expect(await value("db-url")).toBe(text);
    }
  });

  test("by many at once gives each its number, and loses none", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, (_, index) => put(`value ${index}`)));
    expect(Math.max(...all.map(({ version }) => version))).toBe(5);
    const kept = await Promise.all([1, 2, 3, 4, 5].map((version) => value(`db-url@${version}`)));
    expect(kept.toSorted()).toEqual([0, 1, 2, 3, 4].map((index) => `value ${index}`));
  });
});

describe("a plan", () => {
  test("pins the versions in force, and a newer one takes effect with the next deploy", async () => {
    await put("one");
    const first = await up();
    expect(pins(first)).toEqual(["db-url@1"]);
    await bench.run(5_000);
    await put("two");
    await bench.run(5_000);
    expect(await readSecret(bench.main.ports, bench.caller, "db-url")).toMatchObject({
      version: 2,
      usedBy: [{ environment: "production", workload: "web", versions: [1] }],
    });
    const second = await up();
    expect(pins(second)).toEqual(["db-url@2"]);
    expect(second.units[0]?.id).not.toBe(first.units[0]?.id);
  });

  test("that moves a workload leaves its versions as they are", async () => {
    await bench.connect("other", sandboxTarget("aci"));
    await put("one");
    await up();
    await bench.run(5_000);
    await put("two");
    const { plan } = await migrate(bench.main.ports, bench.caller, "web", { to: { target: "other" } });
    expect(pins(plan)).toEqual(["db-url@1"]);
  });

  test("of the same spec changes nothing while no secret has changed", async () => {
    await put("one");
    await up();
    const again = await deploy(bench.main.ports, bench.caller, "web", { spec: SPEC });
    expect(again.outcome).toBe("unchanged");
  });

  test("names every secret that is not there by its field, with what was probably meant", async () => {
    await put("one");
    const files = [{ path: "/etc/key", secret: "nothing-like-it" }];
    const sidecars = [{ name: "proxy", image: "localhost/p:1", secrets: { A: "db-uri" } }];
    await expect(up(workerSpec({ files, sidecars }))).rejects.toMatchObject({
      code: "invalid-spec",
      problems: [
        { pointer: "/files/0/secret", message: expect.stringContaining("berth secret set nothing-like-it") },
        { pointer: "/sidecars/0/secrets/A", message: expect.stringContaining("did you mean db-url?") },
      ],
    });
  });

  test("shown before a secret changed is not committed as shown", async () => {
    await put("one");
    const shown = await dryRun(bench.main.ports, bench.caller, { spec: SPEC });
    await put("two");
    const committed = deploy(bench.main.ports, bench.caller, "web", { plan: shown.id });
    await expect(committed).rejects.toMatchObject({
      code: "plan-changed",
      message: expect.stringMatching(/db-url@2.*instead of.*db-url@1/),
    });
  });
});

describe("another environment", () => {
  test("does not fall through to a secret, unless that says so by name or class", async () => {
    await preview("pr-1");
    await put("production's");
    const spec = workerSpec({ secrets: { DATABASE_URL: "db-url" } });
    const unshared = up(spec, inEnvironment("pr-1"));
    await expect(unshared).rejects.toMatchObject({
      problems: [{ message: expect.stringMatching(/that of production is not shared/) }],
    });
    await expect(value("db-url@1", "pr-1")).rejects.toMatchObject({ kind: "invalid" });
    for (const shared of [{ classes: ["preview"] as const }, { environments: ["pr-1"] }]) {
      await putSecret(bench.main.ports, bench.caller, "db-url", { shared });
      expect(pins(await up(spec, inEnvironment("pr-1")))).toEqual(["db-url@1"]);
      expect(await value("db-url@1", "pr-1")).toBe("production's");
    }
    await putSecret(bench.main.ports, bench.caller, "db-url", { shared: null });
    await expect(value("db-url@1", "pr-1")).rejects.toMatchObject({ kind: "invalid" });
  });

  test("takes its own before a shared one, and of two that are shared none", async () => {
    await preview("pr-1");
    await preview("staging");
    const shared = { environments: ["pr-1"] };
    await put("production's", bench.caller, { shared });
    await put("staging's", inEnvironment("staging"), { shared });
    await expect(up(SPEC, inEnvironment("pr-1"))).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining("production and staging each share") }],
    });
    await put("its own", inEnvironment("pr-1"));
    expect(pins(await up(SPEC, inEnvironment("pr-1")))).toEqual(["db-url@3"]);
    expect(await value("db-url@3", "pr-1")).toBe("its own");
    await expect(value("db-url@3")).rejects.toMatchObject({ kind: "invalid" });
  });

  test("goes with its secrets, but not while another runs with one of them", async () => {
    await preview("pr-1");
    await preview("pr-2");
    await put("shared", inEnvironment("pr-1"), { shared: { environments: ["pr-2"] } });
    await up(SPEC, inEnvironment("pr-2"));
    const gone = () => deleteEnvironment(bench.main.ports, bench.caller, "pr-1");
    await expect(gone()).rejects.toMatchObject({
      code: "in-use",
      message: expect.stringMatching(/pr-2\/web/),
    });
    await destroy(bench.main.ports, inEnvironment("pr-2"), "web", {});
    await bench.run(60_000);
    await gone();
    expect(await bench.file.dump()).not.toContain("berth-seal-1");
  });
});

describe("removing a secret", () => {
  test("is refused while something runs with it, and leaves nothing of it afterwards", async () => {
    await put("one");
    await up();
    await bench.run(5_000);
    const remove = () => deleteSecret(bench.main.ports, bench.caller, "db-url");
    await expect(remove()).rejects.toMatchObject({
      code: "in-use",
      message: expect.stringMatching(/production\/web/),
    });
    await destroy(bench.main.ports, bench.caller, "web", {});
    await bench.run(60_000);
    await remove();
    await expect(remove()).rejects.toMatchObject({ code: "not-found" });
    await expect(value("db-url@1")).rejects.toMatchObject({ kind: "invalid" });
    expect(await put("anew")).toMatchObject({ version: 2 });
  });
});

describe("a secret that a target signs in with", () => {
  const credentials = { secret: "db-url", environment: "pr-1" };
  const cloud = {
    kind: "cloud-run",
    projectId: "acme-shop-417",
    regions: ["europe-west1"],
    runtimeServiceAccount: "run@acme-shop-417.iam.gserviceaccount.com",
    credentials,
  };
  beforeEach(async () => {
    await preview("pr-1");
    await put("a key", inEnvironment("pr-1"));
    await putTarget(bench.main.ports, bench.caller, "gcp", cloud);
  });

  test("is not removed while the target names it, and the answer names the target", async () => {
    const remove = () => deleteSecret(bench.main.ports, inEnvironment("pr-1"), "db-url");
    await expect(remove()).rejects.toMatchObject({
      code: "in-use",
      message: "db-url is what Berth signs in with at target gcp; give it other credentials first.",
      extra: { targets: ["gcp"] },
    });
    expect(await value("db-url@1", "pr-1")).toBe("a key");
    await deleteTarget(bench.main.ports, bench.caller, "gcp");
    await remove();
  });

  test("keeps its environment, too", async () => {
    const remove = () => deleteEnvironment(bench.main.ports, bench.caller, "pr-1");
    await expect(remove()).rejects.toMatchObject({ code: "in-use", extra: { targets: ["gcp"] } });
    await deleteTarget(bench.main.ports, bench.caller, "gcp");
    await remove();
  });
});

describe("a rollout of a secret", () => {
  test("deploys what runs with an older version, as it stands, and then rests", async () => {
    await put("one");
    await up();
    await bench.run(5_000);
    await put("two");
    const rolled = await rollOutSecret(bench.main.ports, bench.caller, "db-url");
    expect(rolled).toMatchObject({ more: false, workloads: [{ workload: "web", outcome: "changed" }] });
    const plan = await bench.file.store.plan(bench.caller.project.id, rolled.workloads[0]?.plan ?? "");
    expect(plan).toMatchObject({ trigger: "secret", reason: "secret db-url has a new version" });
    await bench.run(60_000);
    expect((await bench.made("cloud")).length).toBe(1);
    const again = await rollOutSecret(bench.main.ports, bench.caller, "db-url");
    expect(again).toEqual({ workloads: [], more: false });
  });

  test("of what nothing runs with is not found", async () => {
    await put("one");
    await expect(rollOutSecret(bench.main.ports, bench.caller, "db-url")).rejects.toMatchObject({
      code: "not-found",
    });
  });
});
