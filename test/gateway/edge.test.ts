import { afterEach, expect, test } from "vitest";
import type { Endpoint } from "../../src/domain/observation.ts";
import { NotBegunError } from "../../src/domain/upstream.ts";
import { createCounts } from "../../src/gateway/counts.ts";
import { createFetchSend, handleGateway } from "../../src/gateway/edge/fetch-gateway.ts";
import type { EdgeGateway } from "../../src/gateway/edge/fetch-gateway.ts";
import { identifiedFetch } from "../../src/gateway/edge/identify.ts";
import { WORKERS_GATEWAY } from "../../src/gateway/features.ts";
import { IDENTITY_HEADER } from "../../src/gateway/headers.ts";
import type { IdentityTokens } from "../../src/gateway/identity-tokens.ts";
import { createShunned } from "../../src/gateway/shunned.ts";
import { createTraffic } from "../../src/gateway/traffic.ts";
import type { Route } from "../../src/store/store.ts";
import { ENDPOINT as LINE_ENDPOINT, stopAll } from "../line/wiring.ts";
import { route, upstream } from "./wiring.ts";

afterEach(stopAll);
const named = (host: string, replica = 0): Endpoint => ({
  replica,
  url: `https://${host}`,
  transport: "tls",
  bypassable: true,
  ready: true,
});

/** A gateway whose upstreams are functions in place of the network. */
function edge(
  served: Route,
  answers: Readonly<Record<string, (request: Request) => Response | Promise<Response>>>,
): EdgeGateway {
  const reach = async (request: Request) =>
    (await answers[new URL(request.url).host]?.(request)) ?? new Response("", { status: 530 });
  return {
    lookup: {
      byHost: async (host) => (host === "web.test" ? served : undefined),
      byName: async () => undefined,
    },
    features: WORKERS_GATEWAY,
    draw: () => 0,
    newRequestId: () => "made",
    shunned: createShunned(() => 0),
    pathRouting: false,
    counts: createCounts({ now: () => 0 }),
    direct: createFetchSend(reach),
    line: async (endpoint, request) => new Response(`${endpoint.url} ${new URL(request.url).pathname}`),
    log: () => {},
    now: Date.now,
  };
}
const web = (path = "/", init?: RequestInit) => new Request(`https://web.test${path}`, init);

test("a request goes to the upstream's own name with the client's facts, and no redirect is followed", async () => {
  const gateway = edge(route([upstream("u", [named("a.run.app")])]), {
    "a.run.app": (request) =>
      new Response(null, {
        status: 302,
        headers: {
          location: `/x?${new URL(request.url).search}`,
          "x-host": request.headers.get("x-forwarded-host") ?? "",
        },
      }),
  });
  const answer = await handleGateway(web("/a?b=1"), gateway);
  expect(answer.status).toBe(302);
  expect(answer.headers.get("x-host")).toBe("web.test");
  expect(answer.headers.get("x-request-id")).toBe("made");
});

test("a target that looks like another host stays a path on the upstream", async () => {
  const gateway = edge(route([upstream("u", [named("a.run.app")])]), {
    "a.run.app": (request) => new Response(request.url),
  });
  expect(await (await handleGateway(web("//evil.test/x"), gateway)).text()).toBe(
    "https://a.run.app//evil.test/x",
  );
});

test("an upstream that takes no connection leads to the next, for a request without a body", async () => {
  const gateway = edge(route([upstream("u", [named("down.test"), named("up.test", 1)])]), {
    "up.test": () => new Response("up"),
  });
  expect(await (await handleGateway(web(), gateway)).text()).toBe("up");
  expect(gateway.counts.of("u")).toMatchObject({ requests: 2, failures: 1, inflight: 0 });
  const post = await handleGateway(
    web("/", { method: "POST", body: "x" }),
    edge(route([upstream("u", [named("down.test"), named("up.test", 1)])]), {
      "up.test": () => new Response("up"),
    }),
  );
  expect(post.status).toBe(502);
});

test("an endpoint behind an agent's line is asked through the line", async () => {
  const answer = await handleGateway(web("/a"), edge(route([upstream("u", [LINE_ENDPOINT])]), {}));
  expect(await answer.text()).toBe(`${LINE_ENDPOINT.url} /a`);
});

test("an answer's bytes are counted where its length is said or it can be watched, and unknown where not", async () => {
  const counted = async (answer: () => Response) => {
    const traffic = createTraffic(() => 0);
    const gateway = edge(route([upstream("u", [named("a.test")])]), { "a.test": answer });
    await (await handleGateway(web(), { ...gateway, traffic })).arrayBuffer();
    return traffic.take().map(({ requests, egressBytes }) => [requests, egressBytes]);
  };
  const unsized = (headers: Record<string, string> = {}) =>
    new Response(new Blob(["x".repeat(1_000)]).stream(), { headers });
  expect(await counted(() => new Response("four", { headers: { "content-length": "4" } }))).toEqual([[1, 4]]);
  expect(await counted(() => unsized())).toEqual([[1, 1_000]]);
  expect(await counted(() => new Response(null, { status: 204 }))).toEqual([[1, 0]]);
  expect(await counted(() => unsized({ "content-type": "text/event-stream" }))).toEqual([[1, null]]);
});

test("a body without a length is cut off at the route's limit", async () => {
  const gateway = edge(route([upstream("u", [named("a.test")])], { maxBodyMiB: 1 }), {
    "a.test": async (request) => new Response(String((await request.arrayBuffer()).byteLength)),
  });
  const send = (bytes: number) => {
    const init: RequestInit & { duplex: "half" } = {
      method: "POST",
      body: new Blob([new Uint8Array(bytes)]).stream(),
      duplex: "half",
    };
    return handleGateway(web("/", init), gateway);
  };
  expect(await (await send(1_048_576)).text()).toBe("1048576");
  expect((await send(1_048_577)).status).toBe(413);
});

test("what the gateway refuses is a problem document with the request's id", async () => {
  const answer = await handleGateway(new Request("https://other.test/"), edge(route([]), {}));
  expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  expect(await answer.json()).toMatchObject({ code: "no-such-route", requestId: "made" });
});

test("an upstream that does not begin to answer in time is a 504", async () => {
  const gateway = edge(route([upstream("u", [named("a.test")])], { timeoutSeconds: 0.02 }), {
    "a.test": (request) =>
      new Promise((_, reject) =>
        request.signal.addEventListener("abort", () => reject(request.signal.reason)),
      ),
  });
  expect((await handleGateway(web(), gateway)).status).toBe(504);
});

test("an endpoint that asks for an identity gets the gateway's; without one the answer is 503, also for a body", async () => {
  const origin = "https://a.run.app";
  const auth = { kind: "google-id-token", target: "t", unit: "u", audience: origin } as const;
  const served = route([upstream("u", [{ ...named("a.run.app"), auth }])]);
  const gateway = edge(served, {
    "a.run.app": (request) =>
      new Response([request.headers.get(IDENTITY_HEADER), request.headers.get("authorization")].join(", ")),
  });
  const header = { [IDENTITY_HEADER]: "Bearer forged", authorization: "Bearer own" };
  const shown: IdentityTokens = { tokenFor: async () => ({ value: "made", expiresAt: 1 }) };
  const open = { ...gateway, direct: identifiedFetch(gateway.direct, shown) };
  const answer = await handleGateway(web("/", { headers: header }), open);
  expect(await answer.text()).toBe("Bearer made, Bearer own");
  const none: IdentityTokens = {
    tokenFor: async () => {
      throw new NotBegunError("look at run.routes.invoke");
    },
  };
  const shut = { ...gateway, direct: identifiedFetch(gateway.direct, none) };
  for (const init of [{}, { method: "POST", body: "x" }]) {
    const refused = await handleGateway(web("/", init), shut);
    expect([refused.status, await refused.text()]).toEqual([
      503,
      expect.stringContaining("run.routes.invoke"),
    ]);
  }
});
