import { once } from "node:events";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { DAY_MS } from "../../src/domain/traffic.ts";
import { createTraffic } from "../../src/gateway/traffic.ts";
import { handOver } from "../../src/main/hand-over-traffic.ts";
import { trafficHandedOver } from "../../src/main/workers/traffic-handed-over.ts";
import { settled, startContainer, stopAll } from "../line/wiring.ts";
import { DEAD_PORT, direct, gatewayTo, route, upstream } from "./wiring.ts";

afterEach(stopAll);

const ROUTE = { project: "p1", environment: "production", workload: "web" };
const NOON = Date.parse("2026-11-22T12:00:00Z");
const TODAY = NOON - DAY_MS / 2;
const silent = () => {};

describe("counted by the gateway on Node", () => {
  test("are each answered request, its time and the bytes of its answer, and nothing that reached no container", async () => {
    const container = await startContainer((request, response) =>
      response.writeHead(request.url === "/missing" ? 404 : 200).end("x".repeat(1_000)),
    );
    let now = NOON;
    const traffic = createTraffic(() => NOON);
    const served = route([upstream("u1", [direct(container.port)])]);
    const gateway = await gatewayTo(served, { traffic, now: () => (now += 5) });
    const ask = (path: string, host = "web.test") =>
      fetch(`http://127.0.0.1:${gateway.port}${path}`, { headers: { host } }).then((answer) => answer.text());
    await ask("/shop/production/web/");
    await ask("/shop/production/web/missing");
    await ask("/nobody/production/here/");
    await settled(() => gateway.counts.of("u1").inflight);
    const [day, ...more] = traffic.take();
    expect(more).toEqual([]);
    expect(day).toMatchObject({ ...ROUTE, day: TODAY, requests: 2, egressBytes: 2_000 });
    expect(day?.requestMs).toBeGreaterThanOrEqual(10);
  });

  test("is a socket's whole life, with what went out on it", async () => {
    const server = new WebSocketServer({ noServer: true });
    const container = await startContainer(
      (_request, response) => void response.end(),
      (request, socket, head) =>
        server.handleUpgrade(request, socket, head, (ws) => ws.send("y".repeat(500))),
    );
    const traffic = createTraffic(() => NOON);
    const gateway = await gatewayTo(route([upstream("u1", [direct(container.port)])]), { traffic });
    const ws = new WebSocket(`ws://127.0.0.1:${gateway.port}/shop/production/web/`);
    await once(ws, "message");
    const closed = once(ws, "close");
    ws.close();
    await closed;
    await settled(() => gateway.counts.of("u1").inflight);
    const [day] = traffic.take();
    expect(day).toMatchObject({ requests: 1 });
    expect(day?.egressBytes).toBeGreaterThanOrEqual(500);
  });

  test("a request that no container took is none", async () => {
    const traffic = createTraffic(() => NOON);
    const gateway = await gatewayTo(route([upstream("u1", [direct(DEAD_PORT)])]), { traffic });
    await (await fetch(`http://127.0.0.1:${gateway.port}/shop/production/web/`)).text();
    expect(traffic.take()).toEqual([]);
  });
});

describe("what was counted", () => {
  test("is handed over once, however often and in whatever order it was given back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ms: fc.nat(1_000), back: fc.boolean() }), { maxLength: 50 }),
        (steps) => {
          const traffic = createTraffic(() => NOON);
          let requests = 0;
          for (const { ms, back } of steps) {
            traffic.carried(ROUTE, { requestMs: ms, egressBytes: 1 });
            const days = traffic.take();
            if (back) traffic.giveBack(days);
            else requests += days.reduce((sum, day) => sum + day.requests, 0);
          }
          requests += traffic.take().reduce((sum, day) => sum + day.requests, 0);
          expect(requests).toBe(steps.length);
          expect(traffic.take()).toEqual([]);
        },
      ),
    );
  });

  test("a day ends at midnight", () => {
    let now = TODAY + DAY_MS - 1;
    const traffic = createTraffic(() => now);
    traffic.carried(ROUTE, { requestMs: 1, egressBytes: 1 });
    now += 1;
    traffic.carried(ROUTE, { requestMs: 1, egressBytes: 1 });
    expect(traffic.take().map(({ day }) => day)).toEqual([TODAY, TODAY + DAY_MS]);
  });

  test("stays when it cannot be stored, and is stored with the next", async () => {
    const traffic = createTraffic(() => NOON);
    const stored: number[] = [];
    let broken = true;
    const store = {
      addTraffic: async (days: readonly { readonly requests: number }[]) => {
        if (broken) throw new Error("the disk is full");
        stored.push(...days.map(({ requests }) => requests));
      },
    };
    const ports = { store, traffic, now: () => NOON, log: silent };
    traffic.carried(ROUTE, { requestMs: 1, egressBytes: undefined });
    await handOver(ports);
    traffic.carried(ROUTE, { requestMs: 1, egressBytes: undefined });
    broken = false;
    await handOver(ports);
    await handOver(ports);
    expect(stored).toEqual([2]);
  });
});

test("an isolate stores at most once a minute, in the background of a request that comes anyway", async () => {
  let now = NOON;
  const stored: number[] = [];
  const work: Promise<void>[] = [];
  const store = {
    addTraffic: async (days: readonly { readonly requests: number }[]) =>
      void stored.push(...days.map(({ requests }) => requests)),
  };
  const traffic = trafficHandedOver(
    { store, traffic: createTraffic(() => now), now: () => now, log: silent },
    (later) => void work.push(later),
  );
  for (let second = 0; second < 125; second += 1) {
    now += 1_000;
    traffic.carried(ROUTE, { requestMs: 1, egressBytes: undefined });
  }
  await Promise.all(work);
  expect(stored).toEqual([60, 60]);
});
