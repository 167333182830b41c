import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Endpoint } from "../../src/domain/observation.ts";
import { NODE_GATEWAY, WORKERS_GATEWAY } from "../../src/gateway/features.ts";
import { decideRoute } from "../../src/gateway/route.ts";
import type { RequestFacts } from "../../src/gateway/route.ts";
import { stickyValue } from "../../src/gateway/sticky.ts";
import type { Upstream } from "../../src/store/store.ts";
import { route, upstream } from "./wiring.ts";

const FACTS: RequestFacts = {
  asked: "web.test",
  contentLength: undefined,
  upgrade: false,
  keyAccepted: false,
  sticky: undefined,
  shunned: new Set(),
};

const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const upstreams: fc.Arbitrary<readonly Upstream[]> = fc
  .array(
    fc.record({
      weight: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 })),
      ready: fc.array(fc.boolean(), { maxLength: 4 }),
    }),
    { maxLength: 5 },
  )
  .map((units) =>
    units.map(({ weight, ready }, unit) =>
      upstream(
        `u${unit}`,
        ready.map((ready, at) => endpoint(unit, at, ready)),
        weight,
      ),
    ),
  );

function endpoint(unit: number, replica: number, ready = true): Endpoint {
  return {
    replica,
    url: `http://10.0.${unit}.${replica}:8080`,
    transport: "plain",
    bypassable: false,
    ready,
  };
}
const readyUrls = (units: readonly Upstream[]) =>
  units.flatMap(({ endpoints }) => endpoints.filter(({ ready }) => ready).map(({ url }) => url));

test("every ready endpoint is tried exactly once and no other is, or the answer is 503", () => {
  fc.assert(
    fc.property(upstreams, draw, (units, draw) => {
      const decision = decideRoute(route(units), draw, NODE_GATEWAY, FACTS);
      const live = units.some(({ weight, endpoints }) => weight > 0 && endpoints.some(({ ready }) => ready));
      if (decision.refused) {
        expect(live).toBe(false);
        expect(decision).toMatchObject({ status: 503, retryAfterSeconds: 2 });
      } else
        expect(decision.tries.map(({ endpoint }) => endpoint.url).sort()).toEqual(readyUrls(units).sort());
    }),
  );
});

test("a unit without weight is never tried before one with weight, whatever is shunned or sticky", () => {
  fc.assert(
    fc.property(upstreams, draw, fc.nat(), fc.nat(), (units, draw, shun, stick) => {
      const urls = readyUrls(units);
      const shunned = new Set(urls.filter((_, at) => (shun >> at) % 2 === 1));
      const sticky = stickyValue(`u${stick % 5}`, stick % 4);
      const decision = decideRoute(route(units, { sticky: true }), draw, NODE_GATEWAY, {
        ...FACTS,
        shunned,
        sticky,
      });
      if (decision.refused) return;
      const weights = decision.tries.map(({ unit }) => units.find((one) => one.unit === unit)?.weight ?? 0);
      expect(weights.map((weight) => weight > 0)).toEqual(
        weights.map((weight) => weight > 0).toSorted((a, b) => Number(b) - Number(a)),
      );
    }),
  );
});

test("the first try falls on each unit as often as its weight says, and on each of its replicas alike", () => {
  const some = fc
    .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 })
    .filter((all) => all.some((one) => one > 0));
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 4 }), (weights, replicas) => {
      const units = weights.map((weight, unit) =>
        upstream(
          `u${unit}`,
          Array.from({ length: replicas }, (_, at) => endpoint(unit, at)),
          weight,
        ),
      );
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const draws = total * replicas;
      const firsts = new Map<string, number>();
      for (let at = 0; at < draws; at++) {
        const decision = decideRoute(route(units), (at + 0.5) / draws, NODE_GATEWAY, FACTS);
        const first = decision.refused ? "" : (decision.tries[0]?.endpoint.url ?? "");
        firsts.set(first, (firsts.get(first) ?? 0) + 1);
      }
      for (const [unit, weight] of weights.entries()) {
        for (let at = 0; at < replicas; at++) expect(firsts.get(endpoint(unit, at).url) ?? 0).toBe(weight);
      }
    }),
    { numRuns: 30 },
  );
});

test("the same input gives the same answer", () => {
  fc.assert(
    fc.property(upstreams, draw, (units, draw) => {
      const decide = () => decideRoute(route(units), draw, NODE_GATEWAY, FACTS);
      expect(decide()).toEqual(decide());
    }),
  );
});

test("a client goes back to its own replica while that has weight and is ready, and to a shunned one only last", () => {
  fc.assert(
    fc.property(upstreams, draw, fc.nat({ max: 4 }), fc.nat({ max: 3 }), (units, draw, unit, replica) => {
      const sticky = stickyValue(`u${unit}`, replica);
      const decision = decideRoute(route(units, { sticky: true }), draw, NODE_GATEWAY, { ...FACTS, sticky });
      const own = (units[unit]?.weight ?? 0) > 0 && units[unit]?.endpoints[replica]?.ready === true;
      if (!decision.refused && own)
        expect(decision.tries[0]).toMatchObject({ unit: `u${unit}`, endpoint: { replica } });
    }),
  );
});

test("an endpoint that lately took no connection is tried after those with weight that did", () => {
  const units = [
    upstream("u0", [endpoint(0, 0), endpoint(0, 1)], 90),
    upstream("u1", [endpoint(1, 0)], 10),
    upstream("u2", [endpoint(2, 0)], 0),
  ];
  const shunned = new Set([endpoint(0, 0).url]);
  const decision = decideRoute(route(units), 0, NODE_GATEWAY, { ...FACTS, shunned });
  const order = decision.refused ? [] : decision.tries.map(({ endpoint }) => endpoint.url);
  expect(order).toEqual(
    [endpoint(0, 1), endpoint(1, 0), endpoint(0, 0), endpoint(2, 0)].map(({ url }) => url),
  );
});

test("Workers are given names and lines only: a bare IP and an address inside a network are refused in words", () => {
  const at = (url: string, transport: Endpoint["transport"] = "tls") =>
    decideRoute(route([upstream("u", [{ ...endpoint(0, 0), url, transport }])]), 0, WORKERS_GATEWAY, FACTS);
  expect(at("https://web.example.com").refused).toBe(false);
  expect(at("line://a/u/0/8080", "line").refused).toBe(false);
  for (const url of ["http://8.8.8.8", "http://134744072", "http://[2a00::1]"]) {
    expect(at(url)).toMatchObject({ status: 502, code: "not-carried", detail: WORKERS_GATEWAY.rawIp });
  }
  for (const url of ["http://db.internal", "http://printer", "http://nas.local:80"]) {
    expect(at(url)).toMatchObject({ status: 502, detail: WORKERS_GATEWAY.privateAddress });
  }
  const mixed = [
    upstream("u", [endpoint(0, 0), { ...endpoint(0, 1), url: "https://web.example.com", transport: "tls" }]),
  ];
  const decision = decideRoute(route(mixed), 0, WORKERS_GATEWAY, FACTS);
  expect(decision.refused ? [] : decision.tries.map(({ endpoint }) => endpoint.replica)).toEqual([1]);
});

test("the smaller of the route's and the runtime's body limit holds", () => {
  const large = { ...FACTS, contentLength: 101 * 1024 * 1024 };
  const units = [upstream("u", [{ ...endpoint(0, 0), url: "https://a.example", transport: "tls" }])];
  expect(decideRoute(route(units, { maxBodyMiB: 512 }), 0, WORKERS_GATEWAY, large)).toMatchObject({
    status: 413,
  });
  expect(decideRoute(route(units, { maxBodyMiB: 512 }), 0, NODE_GATEWAY, large).refused).toBe(false);
  expect(decideRoute(route(units, { maxBodyMiB: 32 }), 0, NODE_GATEWAY, large)).toMatchObject({
    status: 413,
  });
});
