import { env, exports } from "cloudflare:workers";
import { decodeJwt, exportPKCS8, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { IdentityStub } from "../../src/main/workers/bindings.ts";
import type { EndpointAuth } from "../../src/domain/identity-token.ts";
import { d1Store } from "../../src/store/d1.ts";
import { canariesIn, CANARY } from "../canary.ts";
import { judgedTokens } from "../contracts/token-endpoints.ts";
import { claimed, commitOf, NOW, observationOf, planOf, routeOf, unitOf } from "../store/fixtures.ts";
import { edgeWith, makeTables } from "./installation.ts";

const ORIGIN = "https://b1-417.europe-west1.run.app";
const ACCOUNT = "berth@acme-shop-417.iam.gserviceaccount.com";
const UNIT = "u-shut";
/** Google's and the service's side of the internet. */
const google = { exchanges: 0, calls: 0, printed: [] as string[] };
const link = { isUp: true };
const IDENTITY: IdentityStub = {
  token: (auth) => (link.isUp ? exports.Identity.token(auth) : exports.DownIdentity.token(auth)),
};
const up = edgeWith("up", { IDENTITY });
let own: EndpointAuth;

beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  vi.stubGlobal("fetch", internet(pair));
  for (const level of ["log", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void google.printed.push(words.join(" ")));
  await makeTables();
  const key = {
    client_email: ACCOUNT,
    private_key: await exportPKCS8(pair.privateKey),
    private_key_id: "k1",
  };
  await put("/v1/secrets/gcp-key", { value: JSON.stringify(key) });
  await put("/v1/targets/shut", {
    kind: "cloud-run",
    projectId: "acme-shop-417",
    region: "europe-west1",
    runtimeServiceAccount: "run@acme-shop-417.iam.gserviceaccount.com",
    credentials: { secret: "gcp-key" },
    invoker: "private",
  });
  own = await privateUnit();
}, 60_000);
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function put(path: string, json: object): Promise<void> {
  expect((await up.call(path, { method: "PUT", json })).status).toBe(201);
}

/** A unit that was made private, as the reconciler would have recorded it, with its route. */
async function privateUnit(): Promise<EndpointAuth> {
  const store = d1Store(env.DB);
  const project = await store.project("default");
  const target = (await store.targets(project?.id ?? "")).find(({ name }) => name === "shut");
  if (project === undefined || target === undefined) throw new Error("the target was not stored");
  const scope = { project: project.id, environment: "production" };
  const place = { provider: "cloud-run", target: "shut", region: "europe-west1" } as const;
  const unit = unitOf(UNIT, { ...scope, workload: "shut", place });
  const plan = planOf("plan-shut", 1, [unit], { ...scope, workload: "shut" });
  const result = await store.commit(scope, commitOf(1, { plan, newUnits: [unit] }, scope, "shut"));
  expect(result.ok).toBe(true);
  const auth: EndpointAuth = { kind: "google-id-token", target: target.id, unit: UNIT, audience: ORIGIN };
  const endpoint = {
    replica: 0,
    url: ORIGIN,
    transport: "tls",
    bypassable: false,
    ready: true,
    auth,
  } as const;
  const upstreams = [{ unit: UNIT, weight: 100, since: NOW, endpoints: [endpoint] }];
  const hosts = ["shut--default.apps.test"];
  const claim = await claimed(store);
  await store.record(claim, {
    observations: [observationOf(UNIT, { endpoints: [endpoint] })],
    route: routeOf(hosts, { ...scope, workload: "shut", upstreams }),
    release: true,
    now: NOW,
  });
  return auth;
}

/** Google's token endpoint, and the service as Cloud Run guards it: by this one header, for its own audience. */
function internet({ publicKey, privateKey }: Awaited<ReturnType<typeof generateKeyPair>>) {
  const tokens = judgedTokens("googleIdentity", async (form) => {
    google.exchanges += 1;
    const asked = decodeJwt(form.get("assertion") ?? "");
    const claims = { email: ACCOUNT, canary: CANARY };
    const token = new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).setExpirationTime("1h");
    const audience = String(asked["target_audience"]);
    return Response.json({ id_token: await token.setAudience(audience).sign(privateKey) });
  });
  return async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    if (request.url === "https://oauth2.googleapis.com/token") {
      const { method, headers } = request;
      return await tokens(request.url, { method, headers, body: await request.arrayBuffer() });
    }
    if (new URL(request.url).origin !== ORIGIN) return new Response(null, { status: 530 });
    google.calls += 1;
    const [, shown = ""] =
      /^Bearer (.+)$/.exec(request.headers.get("x-serverless-authorization") ?? "") ?? [];
    const fine = await jwtVerify(shown, publicKey, { audience: ORIGIN }).then(
      () => true,
      () => false,
    );
    if (!fine) return new Response("out", { status: 403 });
    if (request.headers.get("upgrade") !== null) return upgraded();
    return Response.json({ authorization: request.headers.get("authorization") });
  };
}

function upgraded(): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.send("in");
  const init: ResponseInit & { readonly webSocket: unknown } = { status: 101, webSocket: client };
  return new Response(null, init);
}

test("the edge is let in by a token that the control Worker made, and keeps it for the next requests", async () => {
  const headers = { authorization: "Bearer the-caller's-own", "x-serverless-authorization": "Bearer forged" };
  for (const path of ["/", "/again"]) {
    const answer = await up.visit("shut", path, { headers });
    expect(await answer.json()).toEqual({ authorization: "Bearer the-caller's-own" });
  }
  expect(google.exchanges).toBe(1);
});

test("an upgrade is let in, too", async () => {
  const answer = await up.visit("shut", "/", { headers: { upgrade: "websocket", connection: "Upgrade" } });
  expect(answer.status).toBe(101);
});

test("while the control Worker is down, requests go on with the token that is kept", async () => {
  link.isUp = false;
  expect((await up.visit("shut", "/")).status).toBe(200);
  link.isUp = true;
});

test("an isolate that has none yet answers 503 with the permission to look at, and the service is not asked", async () => {
  const calls = google.calls;
  const fresh = edgeWith("down");
  for (const init of [{}, { method: "POST", body: "x" }]) {
    const answer = await fresh.visit("shut", "/", init);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("run.routes.invoke")]);
  }
  expect(google.calls).toBe(calls);
});

test("the control Worker makes tokens for recorded endpoints only", async () => {
  const exchanges = google.exchanges;
  const others = [{ audience: "https://elsewhere.example" }, { unit: "u-other" }, { target: "tgt_other" }];
  for (const other of others)
    expect(await exports.Identity.token({ ...own, ...other })).toEqual({
      refused: "No unit of this installation asks for an identity with this audience.",
    });
  expect(google.exchanges).toBe(exchanges);
});

test("a token stands in no row, no answer of the API and no line of a log", async () => {
  const said: string[] = [...google.printed];
  for (const path of ["/v1/workloads/shut", "/v1/workloads/shut/events", "/v1/targets/shut", "/v1/targets"])
    said.push((await up.call(path)).text);
  for (const table of ["units", "routes", "events", "targets", "workloads"]) {
    const { results } = await env.DB.prepare(`select * from "${table}"`).all();
    said.push(JSON.stringify(results));
  }
  expect(said.join("\n")).toContain(ORIGIN);
  expect(canariesIn(said.join("\n"))).toEqual([]);
  expect(said.join("\n")).not.toMatch(/eyJ[\w-]+\.eyJ/);
});
