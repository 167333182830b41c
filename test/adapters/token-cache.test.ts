import { expect, test } from "vitest";
import type { Call } from "../../src/adapters/adapter.ts";
import { EXCHANGE_MS, type Expiring, FAILED_MS, tokenCache } from "../../src/adapters/token-cache.ts";
import { call, clock } from "./fixtures.ts";

const HOUR_MS = 3_600_000;

/** A cache over an exchange whose answers the test gives, in any order. */
function bench() {
  const time = clock();
  const asked: { readonly call: Call; readonly answer: PromiseWithResolvers<Expiring<string>> }[] = [];
  const token = tokenCache(time.now, async (given) => {
    const answer = Promise.withResolvers<Expiring<string>>();
    asked.push({ call: given, answer });
    return await answer.promise;
  });
  const give = (index: number, value: string) =>
    asked[index]?.answer.resolve({ value, expiresAt: time.now() + HOUR_MS });
  return { time, asked, token, give };
}

async function kept() {
  const it = bench();
  const first = it.token(call());
  it.give(0, "first");
  expect(await first).toBe("first");
  return it;
}

test("a caller whose exchange never ends holds up nobody else", async () => {
  const { asked, token, give } = bench();
  // Cut off with its invocation: it is never answered.
  void token(call());
  const other = token(call());
  expect(asked).toHaveLength(2);
  give(1, "mine");
  expect(await other).toBe("mine");
  expect(await token(call())).toBe("mine");
  expect(asked).toHaveLength(2);
});

test("the end of one caller's call ends no other's exchange, and each exchange has a deadline of its own", () => {
  const { asked, token } = bench();
  const ending = new AbortController();
  void token({ signal: ending.signal });
  void token(call());
  ending.abort();
  expect(asked.map((one) => one.call.signal.aborted)).toEqual([true, false]);
  expect(EXCHANGE_MS).toBeLessThan(20_000);
});

test("of two exchanges the one that lasts longer is kept, in whichever order they end", async () => {
  const { time, asked, token, give } = bench();
  const [slow, quick] = [token(call()), token(call())];
  give(1, "quick");
  await quick;
  asked[0]?.answer.resolve({ value: "slow", expiresAt: time.now() + HOUR_MS / 2 });
  expect(await slow).toBe("slow");
  expect(await token(call())).toBe("quick");
});

test("while the old credential holds one caller renews it, and the others use it meanwhile", async () => {
  const { time, asked, token, give } = await kept();
  time.pass(0.8 * HOUR_MS);
  const renewing = token(call());
  expect(await token(call())).toBe("first");
  expect(asked).toHaveLength(2);
  give(1, "second");
  expect(await renewing).toBe("second");
  expect(await token(call())).toBe("second");
});

test("a renewal that was cut off is begun again by another caller after its deadline", async () => {
  const { time, asked, token, give } = await kept();
  time.pass(0.8 * HOUR_MS);
  void token(call());
  time.pass(EXCHANGE_MS);
  const again = token(call());
  expect(asked).toHaveLength(3);
  give(2, "third");
  expect(await again).toBe("third");
});

test("a renewal that fails leaves the old credential in use until it ends", async () => {
  const { time, asked, token } = await kept();
  time.pass(0.8 * HOUR_MS);
  const failing = token(call());
  asked[1]?.answer.reject(new Error("the exchange is down"));
  expect(await failing).toBe("first");
  time.pass(0.3 * HOUR_MS);
  const ended = token(call());
  asked[2]?.answer.reject(new Error("the exchange is down"));
  await expect(ended).rejects.toThrow("the exchange is down");
});

test("a failed exchange is thrown again for a moment and then tried anew", async () => {
  const { time, asked, token, give } = bench();
  const first = token(call());
  asked[0]?.answer.reject(new Error("the role is not there"));
  await expect(first).rejects.toThrow("the role is not there");
  time.pass(FAILED_MS - 1);
  await expect(token(call())).rejects.toThrow("the role is not there");
  expect(asked).toHaveLength(1);
  time.pass(1);
  const again = token(call());
  expect(asked).toHaveLength(2);
  give(1, "mended");
  expect(await again).toBe("mended");
});

test("an exchange that ended with its caller's own time keeps nobody else from one", async () => {
  const { asked, token } = bench();
  const ending = new AbortController();
  const cut = token({ signal: ending.signal });
  ending.abort();
  asked[0]?.answer.reject(new Error("aborted"));
  await expect(cut).rejects.toThrow("aborted");
  void token(call());
  expect(asked).toHaveLength(2);
});
