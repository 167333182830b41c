import { describe, expect, test } from "vitest";
import type { RunProgress } from "../../../src/store/run-store.ts";
import { connectSandbox, deployed, settle } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

const LEASE_MS = 10_000;
const JOB = { name: "report", kind: "job", image: "ghcr.io/acme/report:1", port: undefined };

/** Runs of a job, from the outside. */
export function runRoutes(world: () => World): void {
  const RUNS = "/v1/workloads/report/runs";
  const begin = (json?: unknown) =>
    world().call(RUNS, { method: "POST", ...(json === undefined ? {} : { json }) });
  const job = async () => {
    await connectSandbox(world());
    await deployed(world(), JOB);
    await settle(world(), "ready");
  };
  const begun = async () => String(at((await begin()).body, "run", "id"));
  /** What the reconciler writes of the run that is due. */
  const record = async (progress: Partial<RunProgress>) => {
    const now = world().ports.now();
    const [claim] = await world().store.claimRuns(now, LEASE_MS, 1);
    if (claim === undefined) throw new Error("no run is due");
    await world().store.recordRun(claim, { now, release: true, ...progress });
  };

  describe("runs", () => {
    test("one begins with 202 and its address, with or without a reason, and is listed newest first", async () => {
      await job();
      const first = await begin({ reason: "the month is over" });
      expect(first).toMatchObject({
        status: 202,
        body: { run: { state: "pending", trigger: "manual", reason: "the month is over", generation: 1 } },
      });
      expect(first.headers.get("location")).toBe(`${RUNS}/${String(at(first.body, "run", "id"))}`);
      const second = await begin();
      const { body } = await world().call(`${RUNS}?limit=1`);
      expect(at(body, "runs")).toHaveLength(1);
      const all = await world().call(RUNS);
      expect(JSON.stringify(at(all.body, "runs"))).toContain(String(at(second.body, "run", "id")));
    });

    test("one that ended well is waited for with 200, one that failed is a 409 with its tries, and one under way a 504", async () => {
      await job();
      const id = await begun();
      const waiting = () => world().call(`${RUNS}/${id}?wait=done&timeoutSeconds=0`);
      const late = await waiting();
      expect(late).toMatchObject({ status: 504, body: { code: "not-ready-yet", run: { state: "pending" } } });
      expect(late.headers.get("retry-after")).toBe("1");
      const now = world().ports.now();
      await record({ state: "failed", reason: "it exited with code 3", endedAt: now });
      expect(await waiting()).toMatchObject({
        status: 409,
        body: { code: "run-failed", run: { state: "failed" } },
      });
      const well = await begun();
      await record({ state: "succeeded", endedAt: now });
      expect(await world().call(`${RUNS}/${well}?wait=done`)).toMatchObject({
        status: 200,
        body: { state: "succeeded", attempts: [] },
      });
    });

    test("one is stopped once, and says by whom and why; one that is over cannot be", async () => {
      await job();
      const id = await begun();
      const stop = () =>
        world().call(`${RUNS}/${id}/stop`, { method: "POST", json: { reason: "wrong day" } });
      expect(await stop()).toMatchObject({
        status: 202,
        body: { run: { state: "stopping", stop: { reason: "wrong day" } } },
      });
      await record({ state: "stopped", endedAt: world().ports.now() });
      expect(await stop()).toMatchObject({ status: 409, body: { code: "conflict" } });
    });

    test("what is no job has none to begin, and a run that never was is not found", async () => {
      await connectSandbox(world());
      await deployed(world());
      expect(await world().call("/v1/workloads/web/runs", { method: "POST" })).toMatchObject({
        status: 409,
        body: { code: "conflict", detail: expect.stringContaining("is no job") },
      });
      expect(await world().call("/v1/workloads/web/runs")).toMatchObject({ status: 200, body: { runs: [] } });
      expect((await world().call("/v1/workloads/web/runs/run_none")).status).toBe(404);
      expect((await world().call(RUNS)).status).toBe(404);
    });

    test("beginning and stopping need runs:write; reading does with workloads:read", async () => {
      await job();
      const id = await begun();
      const { secret: token } = await tokenWith(world(), ["workloads:read", "workloads:write"]);
      expect((await world().call(`${RUNS}/${id}`, { token })).status).toBe(200);
      expect((await world().call(RUNS, { method: "POST", token })).status).toBe(403);
      expect((await world().call(`${RUNS}/${id}/stop`, { method: "POST", token })).status).toBe(403);
    });

    test("the log of a try that is not kept any more says where its last lines are", async () => {
      await job();
      const id = await begun();
      const asked = await world().call(`/v1/workloads/report/logs?run=${id}`);
      expect(asked).toMatchObject({ status: 404, body: { detail: expect.stringContaining("has no try") } });
    });
  });
}
