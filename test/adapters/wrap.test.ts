import { describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { CLOUD_FEATURES } from "../../src/catalog/cloud-offers.ts";
import type { Adapter } from "../../src/adapters/adapter.ts";
import { DEADLINES_MS, withDeadlines, withKinds } from "../../src/adapters/wrap.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import type { Features } from "../../src/domain/feature.ts";
import { call, needs, unit } from "./fixtures.ts";
import { knownOf } from "./known.ts";

const features: Features = CLOUD_FEATURES.ecs;
const web = unit(1, { provider: "ecs", region: "eu-west-1" });

/** An adapter of which every verb does the one thing given. */
function adapter(run: (signal: AbortSignal) => Promise<never>): Adapter {
  return {
    contract: "adapter/v1",
    provider: "ecs",
    features,
    render: () => {
      throw new TypeError("cannot render");
    },
    offers: (_needs, { signal }) => run(signal),
    apply: (_unit, { signal }) => run(signal),
    observe: (_known, { signal }) => run(signal),
    destroy: (_ref, { signal }) => run(signal),
    logs: (_ref, _query, { signal }) => run(signal),
  };
}
const never = () => new Promise<never>(() => {});
const SOON = { offers: 10, apply: 10, observe: 10, destroy: 10, logs: 10, run: 10, check: 10, identity: 10 };
const verbs = (one: Adapter, given = call()) => ({
  offers: () => one.offers(needs(), given),
  apply: () => one.apply(web, given),
  observe: () => one.observe(knownOf(), given),
  destroy: () => one.destroy(web, given),
  logs: async () => await one.logs?.(web, { tail: 1, follow: false }, given),
});
const VERBS = ["offers", "apply", "observe", "destroy", "logs"] as const;

describe("a deadline", () => {
  test.each(VERBS)("ends %s even when the adapter ignores its signal", async (verb) => {
    await expect(verbs(withDeadlines(adapter(never), SOON))[verb]()).rejects.toMatchObject({
      kind: "unavailable",
    });
  });

  test("tells the adapter through its signal, and what it then throws is no bug", async () => {
    const heeds = adapter(
      (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(new Error("socket closed"))),
        ),
    );
    await expect(verbs(withDeadlines(withKinds(heeds), SOON)).apply()).rejects.toMatchObject({
      kind: "unavailable",
    });
  });

  test("takes nothing away of what a call for offers carries", async () => {
    const seen: unknown[] = [];
    const offers: Adapter["offers"] = async (_needs, { book }) => {
      seen.push(book);
      return [];
    };
    const wrapped = withDeadlines(withKinds({ ...adapter(never), offers }));
    await wrapped.offers(needs(), { ...call(), book: builtInBook() });
    expect(seen).toEqual([builtInBook()]);
  });

  test("gives way to the caller's own signal", async () => {
    const caller = new AbortController();
    const answer = verbs(withDeadlines(adapter(never)), caller).observe();
    caller.abort();
    await expect(answer).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("does not even begin a call that is over already", async () => {
    let begun = 0;
    const counts = adapter(async () => {
      begun += 1;
      return await never();
    });
    await expect(
      verbs(withDeadlines(counts), { signal: AbortSignal.abort() }).apply(),
    ).rejects.toBeInstanceOf(AdapterError);
    expect(begun).toBe(0);
  });

  test("does not cut a log stream once it was given", async () => {
    let given: AbortSignal | undefined;
    const streams: Adapter = {
      ...adapter(never),
      logs: async (_ref, _query, { signal }) => {
        given = signal;
        return new ReadableStream();
      },
    };
    await verbs(withDeadlines(streams, SOON)).logs();
    await new Promise((resolve) => setTimeout(resolve, SOON.logs * 3));
    expect(given?.aborted).toBe(false);
  });

  test("of every verb ends before the 30 s of a lease", () => {
    expect(Math.max(...Object.values(DEADLINES_MS))).toBeLessThan(30_000);
  });
});

describe("a kind for every error", () => {
  test.each(VERBS)("an unknown failure of %s is a bug that keeps its cause", async (verb) => {
    const cause = new TypeError("x is not a function");
    const broken = withKinds(adapter(() => Promise.reject(cause)));
    await expect(verbs(broken)[verb]()).rejects.toMatchObject({ name: "AdapterError", kind: "bug", cause });
  });

  test("whatever a call throws once its caller has left is unavailable", async () => {
    const left = withKinds(adapter(() => Promise.reject(new Error("socket closed"))));
    await expect(verbs(left, { signal: AbortSignal.abort() }).apply()).rejects.toMatchObject({
      kind: "unavailable",
    });
  });

  test("what an adapter has classified stays as it is", async () => {
    const known = new AdapterError("quota", "full");
    await expect(verbs(withKinds(adapter(() => Promise.reject(known)))).apply()).rejects.toBe(known);
  });

  test("a render that throws is a bug, too", () => {
    expect(() => withKinds(adapter(never)).render(web)).toThrow(expect.objectContaining({ kind: "bug" }));
  });

  test("an adapter without logs has none after wrapping", () => {
    const without = adapter(never);
    delete without.logs;
    expect(Object.keys(withDeadlines(withKinds(without)))).not.toContain("logs");
  });
});
