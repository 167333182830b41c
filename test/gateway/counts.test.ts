import { expect, test } from "vitest";
import { MAX_COUNTED_UNITS, createCounts } from "../../src/gateway/counts.ts";
import { MAX_SHUNNED, SHUN_MS, createShunned } from "../../src/gateway/shunned.ts";

test("each exchange counts once, by how it ended", () => {
  const counts = createCounts({ now: () => 7 });
  const exchanges = (["answered", "failed", "aborted", "closed"] as const).map((outcome) => ({
    outcome,
    exchange: counts.begin("u"),
  }));
  counts.begin("v");
  expect(counts.of("u")).toEqual({ inflight: 4, requests: 4, failures: 0, aborted: 0, closed: 0, at: 7 });
  for (const { outcome, exchange } of exchanges) {
    exchange.end(outcome);
    exchange.end("failed");
  }
  expect(counts.of("u")).toEqual({ inflight: 0, requests: 4, failures: 1, aborted: 1, closed: 1, at: 7 });
  expect(counts.total()).toMatchObject({ inflight: 1, requests: 5 });
  expect(counts.of("never seen")).toMatchObject({ inflight: 0, requests: 0 });
});

test("a unit is idle when its last exchange ends, at once when it has none, and not idle when time is up", async () => {
  const counts = createCounts({ now: () => 0 });
  expect(await counts.whenIdle("u", 1_000)).toBe(true);
  const [first, second] = [counts.begin("u"), counts.begin("u")];
  const idle = counts.whenIdle("u", 60_000);
  expect(await counts.whenIdle("u", 5)).toBe(false);
  first.end("answered");
  second.end("answered");
  expect(await idle).toBe(true);
});

test("closing a unit asks its streams and nobody else's, and one that ended before is not asked", () => {
  const counts = createCounts({ now: () => 0 });
  const closed: string[] = [];
  counts.stream("u", () => closed.push("one"));
  counts.stream("u", () => closed.push("two"))();
  counts.stream("v", () => closed.push("other"));
  expect(counts.closeUnit("u")).toBe(1);
  expect(counts.closeUnit("w")).toBe(0);
  expect(closed).toEqual(["one"]);
});

test("units that come and go do not fill the memory, and one at work is never forgotten", () => {
  const counts = createCounts({ now: () => 0 });
  const busy = counts.begin("busy");
  for (let at = 0; at < MAX_COUNTED_UNITS + 10; at++) counts.begin(`u${at}`).end("answered");
  expect(counts.of("busy").inflight).toBe(1);
  expect(counts.of("u0").requests).toBe(0);
  busy.end("answered");
});

test("an endpoint is shunned for a while, until it is forgiven, and only so many are remembered", () => {
  let now = 0;
  const shunned = createShunned(() => now);
  shunned.add("a");
  now = SHUN_MS - 1;
  shunned.add("b");
  expect([...shunned.current()]).toEqual(["a", "b"]);
  now = SHUN_MS;
  expect([...shunned.current()]).toEqual(["b"]);
  shunned.forgive("b");
  expect(shunned.current().size).toBe(0);
  for (let at = 0; at < MAX_SHUNNED + 10; at++) shunned.add(String(at));
  expect(shunned.current().size).toBe(MAX_SHUNNED);
});
