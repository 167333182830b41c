import { describe, expect, test } from "vitest";
import { connectSandbox } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { OWN_REGISTRY, ruled, TWO_EYES } from "./rules.ts";

/** Exceptions from rules: who asks for them, who agrees, and what they lift. */
export function exceptionRoutes(world: () => World): void {
  const { put, post, personWith } = ruled(world);

  describe("a change that a rule stops", () => {
    test("happens under an exception, which is named on the plan, and not after its end", async () => {
      await connectSandbox(world());
      const until = "2026-11-22T13:00:00Z";
      const json = {
        rule: "own-registry",
        select: { workloads: ["web"] },
        reason: "the mirror is away",
        until,
      };
      const asked = await world().call("/v1/exceptions", { method: "POST", json });
      expect(asked).toMatchObject({ status: 201, body: { state: "standing", approvals: [] } });
      const id = at(asked.body, "id");
      const reply = await put({ rules: [OWN_REGISTRY] });
      expect(reply).toMatchObject({
        status: 202,
        body: { plan: { state: "pending", passed: [{ rule: "own-registry", by: { exception: id } }] } },
      });
      world().advance(3_600_000);
      expect(await put({ rules: [OWN_REGISTRY] }, { redeploy: true })).toMatchObject({ status: 403 });
      expect(at((await world().call("/v1/exceptions")).body, "exceptions")).toEqual([]);
      expect(at((await world().call("/v1/exceptions?all=true")).body, "exceptions", 0, "state")).toBe(
        "ended",
      );
    });

    test("is told of an exception under a name that no stored policy has", async () => {
      const admin = await personWith("root", ["admin"]);
      const ask = async (rule: string) => {
        const json = { rule, select: {}, reason: "on call alone", until: "2026-11-23T00:00:00Z" };
        return at((await post("/v1/exceptions", admin, json)).body, "warnings");
      };
      expect(await ask("two-eyes")).toEqual([
        "no stored policy has a rule or freeze two-eyes, so it lifts only what specs say inline under that name",
      ]);
      const freezes = [{ name: "week", message: "wait", schedule: "0 18 * * fri", hours: 60 }];
      const json = { rules: [TWO_EYES], freezes };
      expect((await world().call("/v1/policies/gate", { method: "PUT", json })).status).toBe(201);
      expect([await ask("two-eyes"), await ask("week")]).toEqual([undefined, undefined]);
      expect(await ask("two-eye")).toEqual([expect.stringContaining("did you mean two-eyes?")]);
    });

    test("an exception is waiting, and says for how many, until as many as the rule asks for have agreed; a plan names them all", async () => {
      await connectSandbox(world());
      const [bo = "", anna = "", cleo = ""] = await Promise.all(
        ["bo", "anna", "cleo"].map((name) => personWith(name, ["admin"])),
      );
      const json = { select: {}, rules: [{ ...OWN_REGISTRY, approvals: 2 }] };
      expect((await world().call("/v1/policies/gate", { method: "PUT", json })).status).toBe(201);
      const ask = { rule: "own-registry", select: {}, reason: "mirror", until: "2026-11-23T00:00:00Z" };
      const made = await post("/v1/exceptions", bo, ask);
      const waits = (missing: number, people: string) => ({
        state: "waiting",
        missingApprovals: missing,
        stateReason: `it lifts nothing yet: ${people} other than token:bo must approve it`,
      });
      expect(made.body).toMatchObject(waits(2, "2 people"));
      const path = `/v1/exceptions/${String(at(made.body, "id"))}`;
      expect((await post(`${path}/approve`, anna)).body).toMatchObject(waits(1, "1 person"));
      const listed = await world().call("/v1/exceptions", {});
      expect(at(listed.body, "exceptions", 0)).toMatchObject(waits(1, "1 person"));
      expect(await put({})).toMatchObject({ status: 403 });
      const agreed = await post(`${path}/approve`, cleo);
      expect(agreed.body).toMatchObject({ state: "standing" });
      expect(agreed.body).not.toHaveProperty("stateReason");
      expect(at((await put({})).body, "plan", "passed", 0, "by")).toMatchObject({
        requester: "token:bo",
        approvers: ["token:anna", "token:cleo"],
      });
    });

    test("happens under an exception from a rule of approvals only once somebody else agreed to it", async () => {
      await connectSandbox(world());
      const admin = await personWith("root", ["admin"]);
      const anna = await personWith("anna", ["reader", "plans:approve"]);
      const json = { rule: "two-eyes", select: {}, reason: "on call alone", until: "2026-11-23T00:00:00Z" };
      const path = `/v1/exceptions/${String(at((await post("/v1/exceptions", admin, json)).body, "id"))}`;
      const waits = await put({ rules: [TWO_EYES] });
      expect(at(waits.body, "plan", "holds", 0, "message")).toContain(
        "waits for 1 person other than token:root",
      );
      expect(await post(`${path}/approve`, admin)).toMatchObject({
        status: 403,
        body: { code: "forbidden" },
      });
      expect(await post(`${path}/approve`, anna)).toMatchObject({
        status: 200,
        body: { approvals: [{ actor: "token:anna" }] },
      });
      expect(await put({ rules: [TWO_EYES] })).toMatchObject({ body: { plan: { state: "pending" } } });
      expect((await world().call(path, { method: "DELETE" })).status).toBe(204);
      expect(await put({ rules: [TWO_EYES] }, { redeploy: true })).toMatchObject({
        body: { plan: { state: "held" } },
      });
    });
  });
}
