import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestEngine } from "../harness/engine.ts";
import { eventually } from "../harness/patience.ts";
import { marked } from "./marked.ts";
import { openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { webSpec } from "./specs.ts";

/** Reports an agent must have sent before its silence about a removal means something. */
const REPORTS = 5;

describe("a database restored from an older copy", () => {
  let scene: Scene;
  let engine: TestEngine;

  beforeAll(async () => {
    scene = await openScene(["podman"]);
    engine = await scene.engine("podman");
    await scene.agent(engine, "home");
  });
  afterAll(() => scene?.close());

  test("destroys nothing: what it does not know runs on and is reported, and a new deploy works", async () => {
    const { client, broker } = scene;
    await ready(webSpec("first", "v1"));
    await broker.stop();
    const copy = join(broker.dataDir, "copy");
    await copyDatabase(broker.dataDir, copy);
    await broker.start();
    await ready(webSpec("first", "v2"));
    await ready(webSpec("second", "v1"));
    const newer = await eventually(
      () => marked([engine]),
      (all) => all.length === 2,
    );
    expect(newer.map(({ workload }) => workload).sort()).toEqual(["first", "second"]);

    await broker.stop();
    await copyDatabase(copy, broker.dataDir);
    await broker.start();
    await eventually(unrecognised, (units) => newer.every(({ unit }) => units.includes(unit)));
    await eventually(reportsSince(await lastReport()), (reports) => reports >= REPORTS);
    await stillRuns(newer);
    // The older copy knows the first workload's older unit, which serves again.
    await eventually(
      () => client.get("first"),
      (body) => body === "v1\n",
    );

    // The same change makes the same unit, and so takes over what runs already.
    await ready(webSpec("first", "v2"));
    expect(await client.get("first")).toBe("v2\n");
    await stillRuns(newer);
    await eventually(
      () => marked([engine]),
      (all) => all.filter(({ workload }) => workload === "first").length === 1,
    );
    // Made anew it is another workload; the one that was lost stays untouched beside it.
    await ready(webSpec("second", "v2"));
    expect(await client.get("second")).toBe("v2\n");
    await stillRuns(newer);
  });

  async function ready(spec: ReturnType<typeof webSpec>): Promise<void> {
    const plan = await scene.client.deploy(spec);
    expect(`${spec.name}: ${plan.at("state").text()} ${plan.at("stateReason").text()}`).toContain(": ready");
  }

  async function stillRuns(wanted: Awaited<ReturnType<typeof marked>>): Promise<void> {
    const now = await marked([engine]);
    const running = now.filter((one) => one.running).map(({ id }) => id);
    expect(wanted.filter(({ id }) => !running.includes(id)).map(({ workload }) => workload)).toEqual([]);
  }

  async function unrecognised(): Promise<readonly string[]> {
    const { body } = await scene.client.call("GET", "/v1/agents");
    return body
      .at("agents", 0, "report", "unrecognised")
      .list()
      .map((one) => one.at("unit").text());
  }

  async function lastReport(): Promise<string> {
    return (await scene.client.call("GET", "/v1/agents")).body.at("agents", 0, "report", "seenAt").text();
  }

  function reportsSince(first: string): () => Promise<number> {
    const seen = new Set([first]);
    return async () => seen.add(await lastReport()).size - 1;
  }
});

/** The database and what its engine keeps beside it; what is there already goes first. */
async function copyDatabase(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const isDatabase = (name: string): boolean => name.startsWith("berth.db");
  for (const name of (await readdir(to)).filter(isDatabase)) await rm(join(to, name));
  for (const name of (await readdir(from)).filter(isDatabase)) await cp(join(from, name), join(to, name));
}
