import { exportPKCS8, generateKeyPair } from "jose";
import { describe, expect, test } from "vitest";
import { parseCloudRunConfig } from "../../../src/adapters/cloud-run/config.ts";
import { cloudRunAdapter } from "../../../src/adapters/cloud-run/index.ts";
import { pullableImage } from "../../../src/adapters/cloud-run/images.ts";
import { projectPermissions, SECRET_PERMISSIONS } from "../../../src/adapters/cloud-run/rights.ts";
import { Fault } from "../../../src/domain/fault.ts";
import { call, needs, target } from "../fixtures.ts";
import { judgedTokens } from "../../contracts/token-endpoints.ts";
import { serveGoogle } from "./http-server.ts";
import { project } from "./project.ts";
import { CONFIG, runUnit } from "./settings.ts";
import { knownOf } from "../known.ts";
import { portsOver, world } from "./world.ts";

const problemsOf = (document: object): readonly string[] => {
  try {
    parseCloudRunConfig(document);
    return [];
  } catch (error) {
    return error instanceof Fault ? error.problems.map(({ pointer }) => pointer) : [String(error)];
  }
};

describe("a target's configuration", () => {
  test("is taken with one region or several, keyless or with a named key", () => {
    const {
      regions: _regions,
      workloadIdentityProvider: _provider,
      serviceAccount: _account,
      ...rest
    } = CONFIG;
    expect(parseCloudRunConfig({ ...CONFIG, regions: undefined, region: "us-central1" }).regions).toEqual([
      "us-central1",
    ]);
    const keyed = parseCloudRunConfig({
      ...rest,
      regions: ["us-central1"],
      credentials: { secret: "gcp-key" },
    });
    expect(keyed.credentials).toEqual({ by: "key", secret: "gcp-key", environment: "production" });
  });

  test.each([
    ["/projectId", { projectId: "X" }],
    ["/regions/0", { regions: ["nowhere1"] }],
    ["/regions", { regions: [] }],
    ["/universeDomain", { universeDomain: "apis-partner.example" }],
    ["/runtimeServiceAccount", { runtimeServiceAccount: "me@example.com" }],
    ["/workloadIdentityProvider", { workloadIdentityProvider: "berth" }],
    ["/remoteRepositories", { remoteRepositories: { "ghcr.io": "ghcr.io/mirror" } }],
    ["/endpoints/run", { endpoints: { run: "http://run.example.com" } }],
    ["/endpoints/run", { endpoints: { run: "https://run.example.com/path" } }],
    ["/invoker", { invoker: "nobody" }],
    ["/typo", { typo: 1 }],
  ])("says at %s what is wrong", (pointer, changes) => {
    expect(problemsOf({ ...CONFIG, ...changes })).toEqual([pointer]);
  });

  test("may say that it is in Google's own universe, and of another is told that no document has Cloud Run there", () => {
    expect(problemsOf({ ...CONFIG, universeDomain: "googleapis.com" })).toEqual([]);
    expect(() => parseCloudRunConfig({ ...CONFIG, universeDomain: "apis-partner.example" })).toThrow(
      expect.objectContaining({
        problems: [
          { pointer: "/universeDomain", message: expect.stringContaining("leave universeDomain out") },
        ],
      }),
    );
  });

  test("names endpoints of its own only where the instance allows that", () => {
    const row = target("cloud-run", { ...CONFIG, endpoints: { run: "https://run.corp.example" } });
    const open = (allowCustomEndpoints: boolean) =>
      cloudRunAdapter(row, portsOver(project(), { allowCustomEndpoints }));
    expect(() => open(true)).not.toThrow();
    expect(() => open(false)).toThrow(Fault);
  });
});

describe("images", () => {
  const remotes = { "ghcr.io": "europe-west1-docker.pkg.dev/acme-shop-417/ghcr" };
  const digest = `sha256:${"ab".repeat(32)}`;
  test.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["gcr.io/acme/web:1", "gcr.io/acme/web:1"],
    ["eu.gcr.io/acme/web:1", "eu.gcr.io/acme/web:1"],
    ["europe-west1-docker.pkg.dev/acme/apps/web:1", "europe-west1-docker.pkg.dev/acme/apps/web:1"],
    [`ghcr.io/acme/web@${digest}`, `europe-west1-docker.pkg.dev/acme-shop-417/ghcr/acme/web@${digest}`],
  ])("%s is pulled as %s", (reference, image) => {
    expect(pullableImage(reference, remotes)).toEqual({ image });
  });

  test("of a registry that Cloud Run cannot pull from make the offer impossible, with what to set up", async () => {
    const { adapter } = world({}, { config: { remoteRepositories: {} } });
    for (const { impossible } of await adapter.offers(needs(), call()))
      expect(impossible).toContainEqual(
        expect.objectContaining({
          rule: "image-registry",
          message: expect.stringContaining("remoteRepositories"),
        }),
      );
  });
});

describe("credentials", () => {
  test("Berth's own token becomes one of the service account, and no call is made without it", async () => {
    const google = project({ subject: "berth:p1:tgt_cloud-run" });
    const server = await serveGoogle(google);
    const ports = portsOver(google, { fetch: (url, init) => fetch(url, init) });
    const row = target("cloud-run", { ...CONFIG, endpoints: server.endpoints });
    await cloudRunAdapter(row, ports).apply(runUnit(1), call());
    const [exchange, impersonation, ...calls] = server.bearers;
    expect([exchange, impersonation]).toEqual(["", "Bearer federated"]);
    expect(calls.length).toBeGreaterThan(5);
    expect(new Set(calls)).toEqual(new Set([`Bearer token-${google.now()}`]));
    await server.close();
    expect(server.problems).toEqual([]);
  });

  test("another subject is refused by the provider's condition, and that is denied", async () => {
    const google = project({ subject: "berth:p1:somebody-else" });
    const server = await serveGoogle(google);
    const ports = portsOver(google, { fetch: (url, init) => fetch(url, init) });
    const row = target("cloud-run", { ...CONFIG, endpoints: server.endpoints });
    await expect(cloudRunAdapter(row, ports).apply(runUnit(1), call())).rejects.toMatchObject({
      kind: "denied",
    });
    await server.close();
  });

  test("a key that is kept as a secret signs for a token, and is shown in no error", async () => {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const key = {
      client_email: "b@p.iam.gserviceaccount.com",
      private_key: await exportPKCS8(privateKey),
      private_key_id: "k1",
    };
    const google = project();
    const sent: string[] = [];
    const tokens = judgedTokens("googleKey", (form) => {
      sent.push(form.toString());
      return Response.json({ access_token: "by-key", token_type: "Bearer", expires_in: 3_600 });
    });
    const fetchToken = async (url: string | URL, init?: RequestInit) => {
      if (!String(url).endsWith("/token"))
        return Response.json({ error: { status: "UNAVAILABLE", message: "x", code: 503 } }, { status: 503 });
      return await tokens(url, init);
    };
    const row = target("cloud-run", {
      ...CONFIG,
      workloadIdentityProvider: undefined,
      serviceAccount: undefined,
      credentials: { secret: "gcp-key" },
    });
    const good = cloudRunAdapter(
      row,
      portsOver(google, { fetch: fetchToken, secrets: async () => JSON.stringify(key) }),
    );
    await expect(good.apply(runUnit(1), call())).rejects.toMatchObject({ kind: "unavailable" });
    expect(sent[0]).toMatch(/^grant_type=urn%3Aietf.*jwt-bearer&assertion=ey/);
    const bad = cloudRunAdapter(row, portsOver(google, { secrets: async () => "not json canary" }));
    const error: unknown = await bad.apply(runUnit(1), call()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: "denied" });
    expect(String(error)).not.toContain("canary");
  });
});

describe("a check", () => {
  const READS_GHCR = "artifactregistry.repositories.downloadArtifacts on ghcr";
  const checked = async (rules: Parameters<typeof project>[0], google = project(rules)) => {
    const server = await serveGoogle(google);
    const ports = portsOver(google, { fetch: (url, init) => fetch(url, init) });
    const adapter = cloudRunAdapter(target("cloud-run", { ...CONFIG, endpoints: server.endpoints }), ports);
    const lines = (await adapter.check?.(call())) ?? [];
    await server.close();
    expect(server.problems).toEqual([]);
    return { google, verdict: (name: string) => lines.find((line) => line.name === name)?.verdict, lines };
  };

  test("proves each permission and that another subject is refused, and creates nothing", async () => {
    const { google, verdict, lines } = await checked({
      subject: "berth:p1:tgt_cloud-run",
      missing: ["run.jobs.create"],
    });
    expect(verdict("run.services.create")).toBe("ok");
    expect(verdict("run.jobs.create")).toBe("refused");
    expect(verdict("another subject")).toBe("ok");
    expect(verdict("Cloud Run in europe-west1")).toBe("ok");
    expect(verdict("iam.serviceAccounts.actAs")).toBe("ok");
    // Bound for the names of its secrets, of which there is none to ask for.
    for (const permission of SECRET_PERMISSIONS) expect(verdict(permission)).toBe("cannot be proved");
    expect(verdict(READS_GHCR)).toBe("ok");
    const asked = projectPermissions({ invoker: "public" }).length + SECRET_PERMISSIONS.length + 2;
    expect(lines.filter(({ name }) => name.includes("."))).toHaveLength(asked);
    expect([google.state().resources, google.state().secrets]).toEqual([{}, {}]);
  });

  test("says within its time that Google's tokens are out of reach, although looks ask for them, too", async () => {
    const google = project();
    const down = async () => Promise.reject(new TypeError("fetch failed"));
    const adapter = cloudRunAdapter(target("cloud-run", CONFIG), portsOver(google, { fetch: down }));
    for (let looks = 0; looks < 3; looks += 1) {
      await expect(adapter.observe(knownOf(), call())).rejects.toMatchObject({ kind: "unavailable" });
      google.pass(6_000);
    }
    const began = google.now();
    const lines = (await adapter.check?.(call())) ?? [];
    // A check has 25 s, and the network wants some of them.
    expect(google.now() - began).toBeLessThan(15_000);
    expect(lines.find(({ name }) => name === "permissions")).toMatchObject({ verdict: "cannot be proved" });
    expect(JSON.stringify(lines)).not.toContain("are waiting");
  });

  test("proves nothing of another subject while Berth itself is not let in", async () => {
    const { verdict } = await checked({ subject: "berth:p1:somebody-else" });
    expect(verdict("another subject")).toBe("cannot be proved");
    expect(verdict("permissions")).toBe("refused");
  });

  test("tells that Berth may not run containers as the target's account, asked of that account in its own project", async () => {
    const google = project({ missing: ["iam.serviceAccounts.actAs"] });
    const runtimeServiceAccount = "run@shared-accounts.iam.gserviceaccount.com";
    const asked: string[] = [];
    const { adapter } = world(
      {},
      {
        google,
        config: { runtimeServiceAccount },
        api: (api) => ({
          ...api,
          rest: async (request, given) => {
            asked.push(request.path);
            return await api.rest(request, given);
          },
        }),
      },
    );
    const lines = (await adapter.check?.(call())) ?? [];
    expect(lines.find(({ name }) => name === "iam.serviceAccounts.actAs")).toMatchObject({
      verdict: "refused",
      message: expect.stringContaining("grant roles/iam.serviceAccountUser there"),
    });
    expect(asked).toContain(
      `/v1/projects/shared-accounts/serviceAccounts/${runtimeServiceAccount}:testIamPermissions`,
    );
  });

  test("proves what is granted for Berth's secrets alone once there is one", async () => {
    const google = project({ missing: ["secretmanager.secrets.delete"] });
    await world({}, { google }).adapter.apply(runUnit(1), call());
    const { verdict } = await checked({}, google);
    expect(verdict("secretmanager.versions.add")).toBe("ok");
    expect(verdict("secretmanager.secrets.delete")).toBe("refused");
  });

  test("says which repository Berth may not read the images of", async () => {
    const { lines } = await checked({ readable: [] });
    expect(lines.find(({ name }) => name === READS_GHCR)).toMatchObject({
      verdict: "refused",
      message: expect.stringContaining("roles/artifactregistry.reader"),
    });
  });

  test("says so when Google would let any target of the issuer in", async () => {
    expect((await checked({})).verdict("another subject")).toBe("refused");
  });
});
