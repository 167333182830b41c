import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { approvePlan } from "../../src/broker/approve.ts";
import { deploy, type DeployRequest } from "../../src/broker/deploy.ts";
import { describe as describeWorkload, listRevisions } from "../../src/broker/describe.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
import { migrate } from "../../src/broker/migrate.ts";
import { replayPlan } from "../../src/broker/replay.ts";
import { rollback } from "../../src/broker/rollback.ts";
import type { ImageAnswer, ResolvedImage } from "../../src/domain/resolved-image.ts";
import { joinHost, runWith, type JoinedHost } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget } from "./specs.ts";

const IMAGE = "ghcr.io/acme/web:1.4";
const PROXY = "ghcr.io/acme/proxy:2";
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

let bench: Bench;
let home: JoinedHost;
/** What each tag names now; a test moves tags. */
let registry: Map<string, ImageAnswer>;
let asked: { readonly reference: string; readonly fresh: boolean }[];
beforeEach(async () => {
  bench = await openBench();
  home = await joinHost(bench, "one");
  registry = new Map([[IMAGE, resolved(IMAGE, "a")]]);
  asked = [];
  bench.images = async ({ reference, fresh }) => {
    asked.push({ reference, fresh });
    return registry.get(reference) ?? { said: "unreachable", message: "ghcr.io did not answer in time" };
  };
});
afterEach(async () => {
  await bench.close();
});

const put = (request: DeployRequest = { spec: spec() }) =>
  deploy(bench.main.ports, bench.caller, "web", request);
const plan = (over = {}) => dryRun(bench.main.ports, bench.caller, { spec: spec(over) });

describe("a tag", () => {
  test("is resolved once, and what the agent gets, the plan and the revision all name its digest", async () => {
    const { plan: made } = await put();
    expect(asked).toEqual([{ reference: IMAGE, fresh: false }]);
    expect(made).toMatchObject({ warnings: [], images: [{ reference: IMAGE, digest: digestOf("a") }] });
    expect(made.units[0]?.template).toMatchObject({ image: IMAGE, digest: digestOf("a") });
    expect(await describeWorkload(bench.main.ports, bench.caller, "web")).toMatchObject({
      plan: {
        images: [
          {
            reference: IMAGE,
            digest: digestOf("a"),
            platforms: [{ platform: "linux/amd64", sizeBytes: 1_000 }],
          },
        ],
      },
    });
    expect(await listRevisions(bench.main.ports, bench.caller, "web", 10)).toMatchObject([
      { image: IMAGE, digest: digestOf("a") },
    ]);
  });

  test("that still names the same digest is no new plan; one that was moved is a new revision", async () => {
    const first = await put();
    expect(await put()).toMatchObject({ outcome: "unchanged", plan: { id: first.plan.id } });
    registry.set(IMAGE, resolved(IMAGE, "b"));
    const second = await put();
    expect(second.outcome).toBe("changed");
    expect(second.plan.revision).not.toBe(first.plan.revision);
    expect(second.plan.units[0]?.template.digest).toBe(digestOf("b"));
  });

  test("is asked afresh by a redeploy", async () => {
    await put();
    await put({ spec: spec(), redeploy: true });
    expect(asked.map(({ fresh }) => fresh)).toEqual([false, true]);
  });

  test("that was moved changes nothing about a migration, a failover's plan, or a rollback", async () => {
    await joinHost(bench, "two", "away");
    await put();
    registry.set(IMAGE, resolved(IMAGE, "b"));
    const moved = await migrate(bench.main.ports, bench.caller, "web", { to: { target: "away" } });
    expect(moved.plan.units[0]).toMatchObject({
      place: { target: "away" },
      template: { digest: digestOf("a") },
    });
    expect(moved.plan.revision).toBe((await bench.file.store.plans(scope(), "web", 9)).at(-1)?.revision);
    await put({ spec: spec({ env: { MODE: "new" } }) });
    const back = await rollback(bench.main.ports, bench.caller, "web", {});
    expect(back.plan.units[0]?.template.digest).toBe(digestOf("a"));
    expect(asked).toHaveLength(2);
  });

  test("that was moved after a dry run is committed as it was shown", async () => {
    const shown = await plan();
    registry.set(IMAGE, resolved(IMAGE, "b"));
    const { plan: committed } = await put({ plan: shown.id });
    expect(committed.units[0]?.template.digest).toBe(digestOf("a"));
    expect(asked).toHaveLength(1);
  });
});

test("what was resolved is in the receipt: the decision is replayed to the letter without asking anybody", async () => {
  const shown = await plan({ sidecars: [{ name: "proxy", image: PROXY }] });
  const before = asked.length;
  expect(await replayPlan(bench.main.ports, bench.caller, shown.id)).toMatchObject({ identical: true });
  expect(asked.length).toBe(before);
});

test("a tag that was moved while a plan waited for approval is committed as people saw it", async () => {
  const rule = { name: "two-eyes", on: ["deploy"], effect: "approve", message: "ask the shop team" };
  const { plan: held } = await put({ spec: spec({ policy: { rules: [rule] } }) });
  expect(held.state).toBe("held");
  registry.set(IMAGE, resolved(IMAGE, "b"));
  const anna = { ...bench.caller, actor: "token:anna", token: "tok_anna" };
  const approved = await approvePlan(bench.main.ports, anna, held.id, { hash: held.hash });
  expect(approved.state).toBe("pending");
  expect(approved.units[0]?.template.digest).toBe(digestOf("a"));
});

describe("a registry that is out of reach", () => {
  test("leaves the tag, with a warning that says why", async () => {
    registry.clear();
    const { plan: made } = await put();
    expect(made.units[0]?.template.digest).toBeUndefined();
    expect(made.images).toBeUndefined();
    expect(made.warnings).toEqual([
      {
        code: "image-unresolved",
        message: `${IMAGE} keeps its tag: ghcr.io did not answer in time, so two hosts may run different bytes.`,
      },
    ]);
  });

  test("does not undo the digest that runs: the same spec is no new plan", async () => {
    const first = await put();
    registry.clear();
    expect(await put()).toMatchObject({ outcome: "unchanged", plan: { id: first.plan.id } });
    const changed = await put({ spec: spec({ env: { MODE: "new" } }) });
    expect(changed.plan.units[0]?.template.digest).toBe(digestOf("a"));
    expect(changed.plan.warnings).toMatchObject([{ code: "image-kept" }]);
  });

  test("is no reason to refuse, unless the policy demands a digest", async () => {
    registry.clear();
    await expect(plan({ policy: { requireDigest: true } })).rejects.toMatchObject({ code: "no-placement" });
    registry.set(IMAGE, resolved(IMAGE, "a"));
    expect(await plan({ policy: { requireDigest: true } })).toMatchObject({ state: "proposed" });
    await expect(
      plan({ policy: { requireDigest: true }, sidecars: [{ name: "proxy", image: PROXY }] }),
    ).rejects.toMatchObject({ code: "no-placement" });
  });
});

describe("a registry that says no", () => {
  test("is answered with the field to change, for the image and for a sidecar's", async () => {
    registry.set(PROXY, { said: "absent", message: "ghcr.io has no such image in ghcr.io/acme/proxy" });
    await expect(plan({ sidecars: [{ name: "proxy", image: PROXY }] })).rejects.toMatchObject({
      code: "invalid-spec",
      problems: [{ pointer: "/sidecars/0/image", message: expect.stringContaining("no such image") }],
    });
    registry.set(IMAGE, { said: "denied", message: "give it one with berth registry set ghcr.io" });
    await expect(plan()).rejects.toMatchObject({
      code: "registry-denied",
      problems: [{ pointer: "/image", message: expect.stringContaining("berth registry set ghcr.io") }],
    });
  });
});

describe("no registry is asked", () => {
  test("where every place that may be used is a sandbox", async () => {
    await bench.connect("cloud", sandboxTarget());
    const shown = await plan({ policy: { targets: ["cloud"] } });
    expect(shown.warnings).toMatchObject([{ code: "image-unresolved" }]);
    expect(asked).toEqual([]);
  });

  test("for an image that was loaded by hand, or one that the policy forbids", async () => {
    expect((await plan({ image: "localhost/web:1" })).warnings).toEqual([]);
    await expect(plan({ policy: { registries: ["quay.io"] } })).rejects.toMatchObject({
      code: "no-placement",
    });
    expect(asked).toEqual([]);
  });
});

test("sidecars are pinned as the workload's own image is", async () => {
  registry.set(PROXY, resolved(PROXY, "c"));
  const { plan: made } = await put({ spec: spec({ sidecars: [{ name: "proxy", image: PROXY }] }) });
  expect(made.units[0]?.template.sidecars[0]?.image).toBe(`ghcr.io/acme/proxy@${digestOf("c")}`);
});

test("an image that is built for another architecture is not placed, and says what to build", async () => {
  registry.set(IMAGE, resolved(IMAGE, "a", "arm64"));
  await expect(plan()).rejects.toMatchObject({
    code: "no-placement",
    extra: {
      rejected: expect.arrayContaining([
        expect.objectContaining({
          reasons: [
            expect.objectContaining({ rule: "image-arch", message: expect.stringContaining("arm64 only") }),
          ],
        }),
      ]),
    },
  });
});

test("a workload that was resolved goes on running through a failover with its digest", async () => {
  const away = await joinHost(bench, "two", "away");
  const first = await put();
  await runWith(bench, [home, away], 10_000);
  registry.set(IMAGE, resolved(IMAGE, "b"));
  const silent = first.plan.units[0]?.place.target === "home" ? away : home;
  await runWith(bench, [silent], 120_000);
  const [latest] = await bench.file.store.plans(scope(), "web", 1);
  expect(latest).toMatchObject({ trigger: "failover", revision: first.plan.revision });
  expect(latest?.units[0]?.template.digest).toBe(digestOf("a"));
});

const scope = () => ({ project: bench.caller.project.id, environment: "production" });

function spec(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { name: "web", image: IMAGE, port: 8080, ...over };
}

function resolved(reference: string, letter: string, arch = "amd64"): ImageAnswer {
  const digest = digestOf(letter);
  const image: ResolvedImage = {
    reference,
    digest,
    platforms: [{ os: "linux", arch, digest, sizeBytes: 1_000 }],
  };
  return { said: "resolved", image };
}
