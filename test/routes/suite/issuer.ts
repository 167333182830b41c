import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { SIGNS_FOR_MS } from "../../../src/identity/issuer/schedule.ts";
import { connectSandbox } from "../deployed.ts";
import { at, ISSUER, type World } from "../world.ts";

const DISCOVERY = "/.well-known/openid-configuration";
const KEYS = "/.well-known/jwks.json";

/** Berth as a token issuer that clouds trust. */
export function issuerRoutes(world: () => World): void {
  const assertion = async () => {
    await connectSandbox(world());
    const project = await world().store.project("default");
    const target = await world().store.target(project?.id ?? "", "cloud");
    if (target === undefined) throw new Error("no target is connected");
    return { target, token: await world().ports.issuer?.assertion(target, "sts.amazonaws.com") };
  };

  describe("the token issuer", () => {
    test("what anyone reads verifies what it signs: the keys are where discovery says, and both may be cached", async () => {
      const { target, token = "" } = await assertion();
      const discovery = await world().call(DISCOVERY, { token: "" });
      expect(at(discovery.body, "jwks_uri")).toBe(`${ISSUER}${KEYS}`);
      const served = await world().fetch(KEYS, { token: "" });
      for (const { headers } of [discovery, served]) {
        expect(headers.get("cache-control")).toBe("public, max-age=3600");
        expect(headers.get("content-type")).toBe("application/json");
      }
      const { payload } = await jwtVerify(token, createLocalJWKSet(await served.json()), {
        issuer: String(at(discovery.body, "issuer")),
        audience: "sts.amazonaws.com",
        algorithms: ["RS256"],
        currentDate: new Date(world().ports.now()),
      });
      expect(payload.sub).toBe(`berth:${target.project}:${target.id}`);
    });

    test("the keys are not cached before there are any", async () => {
      const none = await world().call(KEYS, { token: "" });
      expect(none).toMatchObject({ status: 503, body: { code: "unavailable" } });
      expect(none.headers.get("cache-control")).toBe("no-store");
    });

    test("the documents to export are those that are served, and hold until the next key but one signs", async () => {
      const shown = await world().call("/v1/issuer");
      expect(shown).toMatchObject({
        status: 200,
        body: { issuer: ISSUER, algorithm: "RS256", keys: [{ state: "signs" }, { state: "next" }] },
      });
      for (const [index, path] of [DISCOVERY, KEYS].entries()) {
        expect(at(shown.body, "documents", index, "path")).toBe(path);
        expect(at(shown.body, "documents", index, "text")).toBe(await (await world().fetch(path)).text());
      }
      expect(at(shown.body, "holdsUntil")).toBe(
        new Date(world().ports.now() + 2 * SIGNS_FOR_MS).toISOString(),
      );
    });

    test("after its time a key gives way to the next, and stays published for its last tokens", async () => {
      const states = async () => at((await world().call("/v1/issuer")).body, "keys");
      await states();
      world().advance(SIGNS_FOR_MS);
      expect(await states()).toMatchObject([{ state: "ended" }, { state: "signs" }, { state: "next" }]);
      world().advance(3_600_000);
      expect(await states()).toMatchObject([{ state: "signs" }, { state: "next" }]);
    });

    test("the administrator replaces the keys at once; nobody else may", async () => {
      const before = at((await world().call("/v1/issuer")).body, "keys", 0, "id");
      const path = "/v1/issuer/replace-keys";
      const replaced = await world().call(path, { method: "POST" });
      expect(replaced).toMatchObject({
        status: 200,
        body: { keys: [{ state: "signs" }, { state: "next" }] },
      });
      expect(JSON.stringify(replaced.body)).not.toContain(String(before));
      expect(await (await world().fetch(KEYS)).text()).not.toContain(String(before));
    });

    test.each(CLOUDS)(
      "the trust of $body.kind lets in this one target, by its exact subject",
      async ({ body, audience }) => {
        expect((await world().call("/v1/targets/prod", { method: "PUT", json: body })).status).toBe(201);
        const project = await world().store.project("default");
        const target = await world().store.target(project?.id ?? "", "prod");
        const subject = `berth:${target?.project}:${target?.id}`;
        const trust = await world().call("/v1/targets/prod/trust");
        expect(trust).toMatchObject({ status: 200, body: { issuer: ISSUER, subject, audience } });
        const all = JSON.stringify(at(trust.body, "documents"));
        expect(all).toContain(subject);
        expect(all).toContain("berth.example");
      },
    );

    test("a place that needs no trust says so", async () => {
      await connectSandbox(world());
      expect(await world().call("/v1/targets/cloud/trust")).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining("no cloud has to trust Berth for it") },
      });
    });
  });
}

const ID = "00000000-0000-0000-0000-000000000001";
const PROVIDER = "projects/42/locations/global/workloadIdentityPools/berth/providers/berth-prod";
/** A target of each cloud, as `berth target add` sends it. */
const CLOUDS = [
  {
    audience: "sts.amazonaws.com",
    body: {
      kind: "ecs",
      accountId: "123456789012",
      region: "eu-west-1",
      cluster: "berth",
      subnets: ["subnet-0a1b2c3d"],
      securityGroups: ["sg-0a1b2c3d"],
      roles: {
        berth: "arn:aws:iam::123456789012:role/berth-prod",
        execution: "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
      },
    },
  },
  {
    audience: "api://AzureADTokenExchange",
    body: {
      kind: "aci",
      subscriptionId: ID,
      tenantId: ID,
      clientId: ID,
      resourceGroup: "berth",
      regions: ["westeurope"],
    },
  },
  {
    audience: `//iam.googleapis.com/${PROVIDER}`,
    body: {
      kind: "cloud-run",
      projectId: "acme-shop-417",
      regions: ["europe-west1"],
      serviceAccount: "berth-prod@acme-shop-417.iam.gserviceaccount.com",
      runtimeServiceAccount: "berth-containers@acme-shop-417.iam.gserviceaccount.com",
      workloadIdentityProvider: PROVIDER,
    },
  },
];
