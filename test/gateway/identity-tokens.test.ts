import { expect, test } from "vitest";
import type { EndpointAuth, IdentityToken } from "../../src/domain/identity-token.ts";
import { NotBegunError } from "../../src/domain/upstream.ts";
import { createIdentityTokens, MAKE_MS, MOST_TOKENS } from "../../src/gateway/identity-tokens.ts";
import { CANARY } from "../canary.ts";

const HOUR_MS = 3_600_000;
const SIGNAL = new AbortController().signal;
const auth = (unit = "u1"): EndpointAuth => ({
  kind: "google-id-token",
  target: "tgt_1",
  unit,
  audience: `https://${unit}.run.app`,
});

/** A source whose clock and maker the test holds; waiting passes the clock's time. */
function bench(draw = 0) {
  let at = 1_000_000;
  const asked: { readonly auth: EndpointAuth; readonly answer: PromiseWithResolvers<IdentityToken> }[] = [];
  const background: Promise<void>[] = [];
  const said: string[] = [];
  const source = createIdentityTokens({
    make: async (given) => {
      const answer = Promise.withResolvers<IdentityToken>();
      asked.push({ auth: given, answer });
      return await answer.promise;
    },
    now: () => at,
    draw: () => draw,
    sleep: async (ms) => {
      at += ms;
      await Promise.resolve();
    },
    later: (work) => void background.push(work),
    log: (sentence) => said.push(sentence),
  });
  const settle = async () => {
    await Promise.all(background.splice(0));
  };
  return {
    asked,
    said,
    settle,
    pass: (ms: number) => void (at += ms),
    token: async (of = auth()) => (await source.tokenFor(of, SIGNAL)).value,
    give: async (index: number, value: string) => {
      asked[index]?.answer.resolve({ value, expiresAt: at + HOUR_MS });
      await settle();
    },
    fail: async (index: number, message: string) => {
      asked[index]?.answer.reject(new Error(message));
      await settle();
    },
  };
}

async function kept(draw?: number) {
  const it = bench(draw);
  const first = it.token();
  await it.give(0, "first");
  expect(await first).toBe("first");
  return it;
}

test("a token is made once and kept for its target, unit and audience, and for no other", async () => {
  const { asked, token, give } = await kept();
  expect(await token()).toBe("first");
  expect(asked).toHaveLength(1);
  const other = token(auth("u2"));
  await give(1, "other's");
  expect(await other).toBe("other's");
  expect(asked.map((one) => one.auth.unit)).toEqual(["u1", "u2"]);
});

test("of requests that find none, one asks and the others wait for what it gets", async () => {
  const { asked, token, give } = bench();
  const three = [token(), token(), token()];
  await give(0, "one for all");
  expect(await Promise.all(three)).toEqual(["one for all", "one for all", "one for all"]);
  expect(asked).toHaveLength(1);
});

test("it is renewed in the background from half of its life on, and by jitter not later than three quarters", async () => {
  for (const [draw, share] of [
    [0, 0.5],
    [0.999, 0.75],
  ] as const) {
    const { asked, token, give, pass } = await kept(draw);
    pass(share * HOUR_MS - 10_000);
    await token();
    expect(asked).toHaveLength(1);
    pass(10_001);
    expect(await token()).toBe("first");
    // The renewal is under way: nobody else begins one.
    expect(await token()).toBe("first");
    expect(asked).toHaveLength(2);
    await give(1, "second");
    expect(await token()).toBe("second");
  }
});

test("when a renewal fails the old token is used until it ends, and Google is not asked again at once", async () => {
  const { asked, token, pass, fail } = await kept();
  pass(0.6 * HOUR_MS);
  await token();
  await fail(1, "denied");
  expect(await token()).toBe("first");
  expect(asked).toHaveLength(2);
  pass(31_000);
  await token();
  expect(asked).toHaveLength(3);
  await fail(2, "denied");
  pass(0.4 * HOUR_MS);
  const ended = token();
  await fail(3, "denied");
  await expect(ended).rejects.toThrow(NotBegunError);
});

test("without a token the caller is told which permission to look at, and nothing that Google said", async () => {
  const { asked, said, token, fail } = bench();
  const refused = token();
  await fail(0, `berth@acme.iam.gserviceaccount.com may not`);
  await expect(refused).rejects.toThrow(/run\.routes\.invoke/);
  const message: unknown = await token().catch((error: unknown) => error);
  expect(String(message)).not.toContain("gserviceaccount");
  expect(said.join()).toContain("may not");
  // Asked again only after a pause, however many requests come.
  expect(asked).toHaveLength(1);
});

test("one that was cut off while it was made is made again after its time, and nobody waits longer", async () => {
  const { asked, token, pass, settle } = bench();
  void token();
  pass(MAKE_MS);
  const again = token();
  expect(asked).toHaveLength(2);
  asked[1]?.answer.resolve({ value: "again", expiresAt: 10 * HOUR_MS });
  expect(await again).toBe("again");
  // The first one's answer comes after all, for less time: the newer token stays.
  asked[0]?.answer.resolve({ value: "late", expiresAt: HOUR_MS });
  await settle();
  expect(await token()).toBe("again");
});

test("no more tokens are kept than the bound says", async () => {
  let made = 0;
  const source = createIdentityTokens({
    make: async () => ({ value: String((made += 1)), expiresAt: HOUR_MS }),
    now: () => 0,
    draw: () => 0,
    sleep: () => Promise.resolve(),
    later: () => {},
    log: () => {},
  });
  for (let unit = 0; unit <= MOST_TOKENS; unit += 1) await source.tokenFor(auth(`u${unit}`), SIGNAL);
  await source.tokenFor(auth(`u${MOST_TOKENS}`), SIGNAL);
  expect(made).toBe(MOST_TOKENS + 1);
  await source.tokenFor(auth("u0"), SIGNAL);
  expect(made).toBe(MOST_TOKENS + 2);
});

test("a token is in no sentence that is logged", async () => {
  const { said, token, give, fail, pass } = bench();
  const first = token();
  await give(0, CANARY);
  await first;
  pass(0.9 * HOUR_MS);
  await token();
  await fail(1, "busy");
  expect(said).toHaveLength(1);
  expect(said.join()).not.toContain(CANARY);
});
