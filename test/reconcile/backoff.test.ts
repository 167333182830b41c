import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AdapterError, REMEDY, type Trouble } from "../../src/domain/fault.ts";
import { setbackAfter } from "../../src/reconcile/backoff.ts";
import type { Setback } from "../../src/store/store.ts";

const NOW = 1_000_000;
const kindsOf = (...remedies: readonly string[]) =>
  Object.entries(REMEDY).flatMap(([kind, remedy]) => (remedies.includes(remedy) ? [kind as Trouble] : []));
const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const before = (kind: Trouble, attempts: number): Setback => ({ kind, message: "before", attempts });

describe("a setback", () => {
  test("counts its attempts, whatever the kinds, and keeps the newest sentence", () => {
    const first = setbackAfter(new AdapterError("unavailable", "no answer"), undefined, NOW, 0.5);
    expect(first).toMatchObject({ kind: "unavailable", message: "no answer", attempts: 1 });
    const second = setbackAfter(new AdapterError("quota", "full"), first, NOW, 0.5);
    expect(second).toMatchObject({ kind: "quota", message: "full", attempts: 2 });
  });

  test("that nobody classified is a bug, with what it said", () => {
    expect(setbackAfter(new TypeError("x is undefined"), undefined, NOW, 0.5)).toMatchObject({
      kind: "bug",
      message: "x is undefined",
    });
    expect(setbackAfter("just a text", undefined, NOW, 0.5).message).toBe("just a text");
  });

  test("is tried again after a pause that at most doubles, up to a minute, and is spread over its whole length", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kindsOf("retry", "observe", "report")),
        fc.integer({ min: 0, max: 40 }),
        draw,
        (kind, attempts, at) => {
          const { notBefore } = setbackAfter(
            new AdapterError(kind, "again"),
            before(kind, attempts),
            NOW,
            at,
          );
          const ceiling = Math.min(60_000, 500 * 2 ** attempts);
          expect(notBefore).toBe(NOW + Math.round(ceiling * at));
        },
      ),
    );
  });

  test("honours the time a provider asks for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600_000 }), draw, (retryAfterMs, at) => {
        const error = new AdapterError("throttled", "slow down", { retryAfterMs });
        const { notBefore = 0 } = setbackAfter(error, undefined, NOW, at);
        expect(notBefore).toBeGreaterThanOrEqual(NOW + retryAfterMs);
        expect(notBefore).toBeLessThanOrEqual(NOW + Math.max(retryAfterMs, 500));
      }),
    );
  });

  test("that only a person can cure has no time, one of permissions rests, one of room asks for another place at once", () => {
    const at = (kind: Trouble) => setbackAfter(new AdapterError(kind, "no"), undefined, NOW, 0.9).notBefore;
    for (const kind of kindsOf("tell-user")) expect(at(kind)).toBeUndefined();
    for (const kind of kindsOf("park")) expect(at(kind)).toBe(NOW + 300_000);
    for (const kind of kindsOf("replan")) expect(at(kind)).toBe(NOW);
  });
});
