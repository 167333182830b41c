import { expect, test } from "vitest";
import { ConnectError, NotBegunError } from "../../src/domain/upstream.ts";
import { createCounts } from "../../src/gateway/counts.ts";
import type { Decision } from "../../src/gateway/route.ts";
import { createShunned } from "../../src/gateway/shunned.ts";
import { MAX_TRIES, tryEach } from "../../src/gateway/try-each.ts";
import { direct } from "./wiring.ts";

const decision = (count: number): Decision => ({
  refused: false,
  because: "",
  tries: Array.from({ length: count }, (_, at) => ({ unit: `u${at}`, endpoint: direct(at + 1, at) })),
});
const ports = (over: { readonly mayRetry?: () => boolean } = {}) => ({
  counts: createCounts({ now: () => 0 }),
  shunned: createShunned(() => 0),
  mayRetry: () => true,
  failedAs: () => "failed" as const,
  ...over,
});

/** Answers with the n-th try's number, after errors of this kind. */
function failing(times: number, error: Error, tried: number[] = []) {
  return async ({ endpoint }: { readonly endpoint: { readonly replica: number } }) => {
    tried.push(endpoint.replica);
    if (tried.length <= times) throw error;
    return endpoint.replica;
  };
}

test("a ConnectError leads to the next endpoint, is counted against its unit, and is remembered", async () => {
  const each = ports();
  const result = await tryEach(decision(3), failing(2, new ConnectError("down")), each);
  expect(result).toMatchObject({ refused: false, answer: 2, served: { unit: "u2" } });
  expect(each.counts.of("u0")).toMatchObject({ failures: 1, inflight: 0 });
  expect(each.counts.of("u2")).toMatchObject({ failures: 0, inflight: 1 });
  expect(each.shunned.current().size).toBe(2);
});

test("where nothing was begun the next endpoint is tried whatever has been read of the request", async () => {
  const each = ports({ mayRetry: () => false });
  const result = await tryEach(decision(2), failing(1, new NotBegunError("no token")), each);
  expect(result).toMatchObject({ refused: false, answer: 1 });
});

test("any other error is thrown at once", async () => {
  const tried: number[] = [];
  await expect(tryEach(decision(3), failing(1, new Error("reset"), tried), ports())).rejects.toThrow("reset");
  expect(tried).toEqual([0]);
});

test("a request that is no longer whole or wanted goes to no other endpoint", async () => {
  const tried: number[] = [];
  const each = ports({ mayRetry: () => false });
  await expect(tryEach(decision(3), failing(1, new ConnectError("down"), tried), each)).rejects.toThrow(
    "down",
  );
  expect(tried).toEqual([0]);
});

test("the number of tries has a bound, and none left is a refusal that says why and when to come again", async () => {
  const tried: number[] = [];
  const result = await tryEach(decision(50), failing(50, new ConnectError("host is down"), tried), ports());
  expect(tried).toHaveLength(MAX_TRIES);
  expect(result).toMatchObject({ refused: true, status: 503, retryAfterSeconds: 1 });
  expect(result.refused && result.detail).toContain("host is down");
});
