import { describe, expect, test } from "vitest";
import { IN_FLIGHT_MS } from "../../../src/store/idempotency.ts";
import type { Opened } from "../contract.ts";
import { NOW } from "../fixtures.ts";

const KEY = { project: "p1", key: "k", fingerprint: "f", now: NOW, keepMs: 3_600_000 };
const ANSWER = { status: 202, headers: { location: "/v1/plans/p" }, body: "{}" };

export function idempotencyContract(opened: Opened): void {
  describe("an idempotency key", () => {
    test("lets one of many through", async () => {
      const { store, second } = opened();
      const states = await Promise.all(
        Array.from({ length: 8 }, (_, at) => (at % 2 === 0 ? store : second).beginIdempotent(KEY)),
      );
      expect(states.map(({ state }) => state).sort()).toEqual([...Array(7).fill("in-flight"), "new"]);
    });

    test("gives the same answer again, and refuses another request under it", async () => {
      const { store } = opened();
      await store.beginIdempotent(KEY);
      await store.finishIdempotent(KEY, ANSWER);
      await store.finishIdempotent(KEY, { ...ANSWER, status: 500 });
      expect(await store.beginIdempotent({ ...KEY, now: NOW + IN_FLIGHT_MS })).toEqual({
        state: "answered",
        answer: ANSWER,
      });
      expect(await store.beginIdempotent({ ...KEY, fingerprint: "other" })).toEqual({ state: "mismatch" });
      expect(await store.beginIdempotent({ ...KEY, project: "p2" })).toEqual({ state: "new" });
    });

    test("is free again when it has expired, was forgotten, or its request died", async () => {
      const { store } = opened();
      await store.beginIdempotent(KEY);
      await store.finishIdempotent(KEY, ANSWER);
      const expired = { ...KEY, now: NOW + KEY.keepMs };
      expect(await store.beginIdempotent(expired)).toEqual({ state: "new" });
      await store.forgetIdempotent(KEY);
      expect(await store.beginIdempotent(expired)).toEqual({ state: "new" });
      expect(await store.beginIdempotent({ ...expired, now: expired.now + IN_FLIGHT_MS - 1 })).toEqual({
        state: "in-flight",
      });
      expect(await store.beginIdempotent({ ...expired, now: expired.now + IN_FLIGHT_MS })).toEqual({
        state: "new",
      });
    });

    test("that has expired goes with time, whoever it was of", async () => {
      const { store, dump } = opened();
      for (const key of ["a", "b", "c"]) await store.beginIdempotent({ ...KEY, key });
      await store.beginIdempotent({ ...KEY, key: "d", now: NOW + KEY.keepMs });
      expect((await dump())["idempotency"]).toHaveLength(1);
    });
  });
}
