import { describe, expect, test } from "vitest";
import { connectSandbox, SPEC, settle } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

const SPECS = [
  { ...SPEC, name: "api" },
  { ...SPEC, name: "web" },
];

/** Several workloads at once: dry run, commit, reading and waiting. */
export function changeRoutes(world: () => World): void {
  const post = async (json: unknown, token?: string) =>
    world().call("/v1/changes", { method: "POST", json, ...(token === undefined ? {} : { token }) });

  describe("POST /v1/changes", () => {
    test("commits all of its specs, says where to wait, and is ready once all are", async () => {
      await connectSandbox(world());
      const reply = await post({
        specs: SPECS,
        source: { repo: "acme/shop", commit: "3f9d1c2", sequence: 7 },
      });
      expect(reply.status).toBe(202);
      const id = String(at(reply.body, "change", "id"));
      expect(reply.headers.get("location")).toBe(`/v1/changes/${id}`);
      expect(reply.body).toMatchObject({
        change: {
          state: "pending",
          source: { sequence: 7 },
          packing: { proven: true, withinPercent: "0.00" },
          plans: [{ workload: "api", changeId: id }, { workload: "web" }],
        },
      });
      const late = await world().call(`/v1/changes/${id}?wait=ready&timeoutSeconds=1`);
      expect(late).toMatchObject({ status: 504, body: { code: "not-ready-yet", change: { id } } });
      await settle(world(), "ready");
      await settle(world(), "ready");
      const ready = await world().call(`/v1/changes/${id}?wait=ready&timeoutSeconds=1`);
      expect(ready).toMatchObject({ status: 200, body: { change: { state: "ready" } } });
      expect((await post({ specs: SPECS })).status).toBe(200);
      const older = await post({ specs: SPECS, source: { sequence: 6 } });
      expect(older).toMatchObject({ status: 409, body: { code: "older-than-current" } });
    });

    test("tells the plan that failed, as soon as that is certain", async () => {
      await connectSandbox(world());
      const id = String(at((await post({ specs: SPECS })).body, "change", "id"));
      await settle(world(), "failed", "it exited with code 1");
      const reply = await world().call(`/v1/changes/${id}?wait=ready`);
      expect(reply).toMatchObject({
        status: 409,
        body: { code: "plan-failed", change: { state: "failed" } },
      });
      expect(at(reply.body, "detail")).toMatch(/plan 1 of (api|web) is failed: it exited with code 1/);
    });

    test("shows what it would do with a dry run, and commits exactly that by its id", async () => {
      await connectSandbox(world());
      const shown = await post({ specs: SPECS, dryRun: true });
      expect(shown).toMatchObject({ status: 200, body: { change: { state: "proposed" } } });
      expect((await world().call("/v1/workloads/web")).status).toBe(404);
      const change = at(shown.body, "change", "id");
      const made = await post({ change });
      expect(made).toMatchObject({ status: 202, body: { change: { id: change, state: "pending" } } });
      expect(at(made.body, "change", "plans", 0, "id")).toBe(at(shown.body, "change", "plans", 0, "id"));
    });

    test("takes specs as YAML, and points at what is wrong in which", async () => {
      await connectSandbox(world());
      const text = "specs:\n- {name: api, image: a, port: 80}\n- {name: web, image: b, port: eighty}\n";
      const headers = { "content-type": "application/yaml" };
      const body = new TextEncoder().encode(text);
      const reply = await world().call("/v1/changes", { method: "POST", body, headers });
      expect(reply).toMatchObject({
        status: 400,
        body: { code: "invalid-spec", errors: [{ pointer: "/specs/1/port" }] },
      });
    });

    test.each([
      ["nothing", {}, "/specs"],
      ["no spec", { specs: [] }, "/specs"],
      ["too many", { specs: Array.from({ length: 51 }, (_, at) => ({ ...SPEC, name: `w${at}` })) }, "/specs"],
      ["specs and a change", { specs: SPECS, change: "chg_x", dryRun: true }, "/specs"],
      ["a change and more", { change: "chg_x", redeploy: true }, "/change"],
      ["an unknown field", { specs: SPECS, spec: SPEC }, "/spec"],
    ])("refuses %s with what to send", async (_what, json, pointer) => {
      const reply = await post(json);
      expect(reply.status).toBe(400);
      expect(at(reply.body, "errors", 0, "pointer")).toBe(pointer);
    });

    test("says of each workload without a place what stands against it, and makes none of the others", async () => {
      await connectSandbox(world());
      const reply = await post({ specs: [SPECS[0], { ...SPEC, policy: { regions: ["eu-west-1"] } }] });
      expect(reply).toMatchObject({
        status: 422,
        body: { code: "no-placement", unplaced: [{ workload: "web", rejected: expect.anything() }] },
      });
      expect((await world().call("/v1/workloads/api")).status).toBe(404);
    });

    test("may be shown by who may plan, and made by who may write workloads", async () => {
      await connectSandbox(world());
      const { secret: planner } = await tokenWith(world(), ["plans:write", "plans:read"]);
      const shown = await post({ specs: SPECS, dryRun: true }, planner);
      expect(shown.status).toBe(200);
      const change = at(shown.body, "change", "id");
      for (const json of [{ specs: SPECS }, { change }])
        expect(await post(json, planner)).toMatchObject({
          status: 403,
          body: { code: "forbidden", scope: "workloads:write" },
        });
      const emergency = await post({ specs: SPECS, dryRun: true, emergency: { reason: "fire" } }, planner);
      expect(emergency).toMatchObject({ status: 403, body: { scope: "emergency" } });
    });

    test("of another project or environment is none", async () => {
      await connectSandbox(world());
      const id = String(at((await post({ specs: SPECS, dryRun: true })).body, "change", "id"));
      await world().call("/v1/projects/other", { method: "PUT", json: {} });
      const other = await world().call(`/v1/changes/${id}?project=other`);
      expect(other).toMatchObject({ status: 404, body: { code: "not-found" } });
      await world().call("/v1/environments/staging", { method: "PUT", json: {} });
      const staging = await world().call("/v1/changes?environment=staging", {
        method: "POST",
        json: { change: id },
      });
      expect(staging).toMatchObject({ status: 409, body: { code: "plan-not-committable" } });
    });
  });
}
