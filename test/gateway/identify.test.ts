import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { generateKeyPair, jwtVerify, SignJWT } from "jose";
import { afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { EndpointAuth, MakeIdentityToken } from "../../src/domain/identity-token.ts";
import type { Endpoint } from "../../src/domain/observation.ts";
import type { Send } from "../../src/domain/upstream.ts";
import { IDENTITY_HEADER } from "../../src/gateway/headers.ts";
import { identified } from "../../src/gateway/identify.ts";
import { createIdentityTokens, type IdentityTokens } from "../../src/gateway/identity-tokens.ts";
import { createDirectSend } from "../../src/gateway/node/send-direct.ts";
import { probe } from "../../src/gateway/probe.ts";
import { onStop, startContainer, stopAll } from "../line/wiring.ts";
import { direct, gatewayTo, http, raw, route, upstream } from "./wiring.ts";

afterEach(stopAll);

const ORIGIN = "https://b1-417.europe-west1.run.app";
const ACCOUNT = "berth@acme-shop-417.iam.gserviceaccount.com";
const AUTH: EndpointAuth = { kind: "google-id-token", target: "tgt_1", unit: "u1", audience: ORIGIN };
const guarded = (over: Partial<Endpoint> = {}): Endpoint => ({
  replica: 0,
  url: ORIGIN,
  transport: "tls",
  bypassable: false,
  ready: true,
  auth: AUTH,
  ...over,
});

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
beforeAll(async () => {
  keys = await generateKeyPair("RS256");
});

const google: MakeIdentityToken = async ({ audience }) => ({
  value: await new SignJWT({ email: ACCOUNT, email_verified: true })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer("https://accounts.google.com")
    .setAudience(audience)
    .setExpirationTime("1h")
    .sign(keys.privateKey),
  expiresAt: Date.now() + 3_600_000,
});

const tokensOf = (make: MakeIdentityToken, said: string[] = []): IdentityTokens =>
  createIdentityTokens({
    make,
    now: Date.now,
    draw: () => 0,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    later: (work) => void work,
    log: (sentence) => said.push(sentence),
  });

/** Whether Cloud Run would let a request in: by this header alone, for its own audience. */
async function letIn({ headers }: IncomingMessage): Promise<boolean> {
  const [, token = ""] = /^Bearer (.+)$/.exec(String(headers[IDENTITY_HEADER] ?? "")) ?? [];
  const options = { audience: ORIGIN, issuer: "https://accounts.google.com" };
  return await jwtVerify(token, keys.publicKey, options).then(
    ({ payload }) => payload["email"] === ACCOUNT,
    () => false,
  );
}

/** A server that stands at the private service's address and refuses whoever shows no right token. */
async function privateService() {
  const sockets = new WebSocketServer({ noServer: true });
  const seen: IncomingMessage["headers"][] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const fine = await letIn(request);
    seen.push(request.headers);
    if (request.url === "/away") response.writeHead(302, { location: "https://elsewhere.test/" });
    else response.writeHead(fine ? 200 : 403);
    response.end(fine ? "in" : "out");
  };
  const upgrade = async (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (await letIn(request)) sockets.handleUpgrade(request, socket, head, (ws) => ws.send("in"));
    else socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  };
  const container = await startContainer(
    (request, response) => void answer(request, response),
    (request, socket, head) => void upgrade(request, socket, head),
  );
  const plain = createDirectSend();
  onStop(() => plain.close());
  // The name on the internet is this server's; any other name is not reached at all.
  const reach: Send = (endpoint, request, signal) => {
    if (endpoint.url !== ORIGIN) throw new Error(`${endpoint.url} was asked`);
    return plain.send(direct(container.port), request, signal);
  };
  return { reach, seen, port: container.port };
}

async function gatewayWith(make: MakeIdentityToken, endpoint = guarded()) {
  const service = await privateService();
  const said: string[] = [];
  const send = identified(service.reach, tokensOf(make, said));
  const gateway = await gatewayTo(route([upstream("u1", [endpoint])]), { send });
  const ask = (...lines: readonly string[]) =>
    raw(gateway.port, http(...lines, "Host: web.test", "Connection: close", "", ""));
  return { ...service, gateway, said, ask, send };
}

test("a private service lets the gateway in by its token, and the caller's own Authorization goes by untouched", async () => {
  const { ask, seen } = await gatewayWith(google);
  const answer = await ask("GET / HTTP/1.1", "Authorization: Bearer the-caller's-own");
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(seen[0]?.authorization).toBe("Bearer the-caller's-own");
  expect(answer).not.toContain("eyJ");
});

test("what a caller sends under the header's name never arrives, at a private service or at any other", async () => {
  const { ask, seen } = await gatewayWith(google);
  expect(await ask("GET / HTTP/1.1", "X-Serverless-Authorization: Bearer forged")).toMatch(/^HTTP\/1\.1 200/);
  expect(String(seen[0]?.[IDENTITY_HEADER])).not.toContain("forged");
  const open = await startContainer((request, response) =>
    response.end(JSON.stringify(request.headers[IDENTITY_HEADER] ?? "none")),
  );
  const gateway = await gatewayTo(route([upstream("u1", [direct(open.port)])]));
  const sent = http("GET / HTTP/1.1", "Host: web.test", "X-Serverless-Authorization: Bearer x", "", "");
  expect(await raw(gateway.port, sent, (got, socket) => got.includes("none") && socket.end())).toContain(
    "none",
  );
});

test("an upgrade carries the token, too", async () => {
  const { gateway } = await gatewayWith(google);
  const ws = new WebSocket(`ws://127.0.0.1:${gateway.port}/`, { headers: { host: "web.test" } });
  const [message] = await once(ws, "message");
  expect(String(message)).toBe("in");
  ws.terminate();
});

test("without a token the request is answered with 503 and the permission to look at, and the service is not asked", async () => {
  const refused: MakeIdentityToken = async () => {
    throw new Error(`${ACCOUNT} may not`);
  };
  const { ask, seen, said } = await gatewayWith(refused);
  for (const line of ["GET / HTTP/1.1", "POST / HTTP/1.1\r\nContent-Length: 0"]) {
    const answer = await ask(line);
    expect(answer).toMatch(/^HTTP\/1\.1 503/);
    expect(answer).toContain("iam.serviceAccounts.getOpenIdToken");
    expect(answer).not.toContain(ACCOUNT);
  }
  expect(seen).toEqual([]);
  expect(said.join()).toContain(ACCOUNT);
});

test("where another unit serves beside it, a unit without a token costs no request", async () => {
  const open = await startContainer((_request, response) => response.end("open"));
  const plain = createDirectSend();
  onStop(() => plain.close());
  const send = identified(
    plain.send,
    tokensOf(async () => {
      throw new Error("denied");
    }),
  );
  const both = [upstream("u1", [guarded()], 50), upstream("u2", [direct(open.port)], 50)];
  const gateway = await gatewayTo(route(both), { send });
  const sent = http("GET / HTTP/1.1", "Host: web.test", "Connection: close", "", "");
  expect(await raw(gateway.port, sent)).toContain("open");
});

test("a redirect goes back to the caller: the token follows it nowhere", async () => {
  const { ask, seen } = await gatewayWith(google);
  const answer = await ask("GET /away HTTP/1.1");
  expect(answer).toMatch(/^HTTP\/1\.1 302/);
  expect(answer).toMatch(/location: https:\/\/elsewhere\.test\//i);
  expect(seen).toHaveLength(1);
});

test.each([
  ["another host", { url: "https://elsewhere.test" }],
  ["another port", { url: `${ORIGIN}:8443` }],
  ["clear text", { url: ORIGIN.replace("https:", "http:") }],
])("a token is made and sent for the endpoint's own https origin only, not for %s", async (_what, over) => {
  let made = 0;
  const count: MakeIdentityToken = async (auth, signal) => {
    made += 1;
    return await google(auth, signal);
  };
  const { ask, seen } = await gatewayWith(count, guarded(over));
  expect(await ask("GET / HTTP/1.1")).toMatch(/^HTTP\/1\.1 503/);
  expect([made, seen]).toEqual([0, []]);
});

test("a probe shows the token as traffic does, and takes no refusal for health", async () => {
  const ask = { path: undefined, timeoutMs: 5_000 };
  const { signal } = new AbortController();
  const { send, reach } = await gatewayWith(google);
  expect(await probe(send, guarded(), ask, signal)).toBeUndefined();
  // As it would be while the grant is on its way.
  expect(await probe(reach, guarded(), ask, signal)).toContain("roles/run.invoker");
});
