import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Adapter, unitRef } from "../../src/adapters/adapter.ts";
import { AdapterError } from "../../src/domain/fault.ts";
import { FEATURES } from "../../src/domain/feature.ts";
import type { Unit } from "../../src/domain/plan.ts";
import type { RunRef } from "../../src/domain/run.ts";
import { roomContract } from "./contract-rooms.ts";
import { tryContract, type TryBench } from "./contract-tries.ts";
import { call, needs, template } from "./fixtures.ts";
import { knownOf } from "./known.ts";

/** One adapter at a place that a test can look into, hurry along and break. */
export interface Bench {
  /** As the registry opens it. */
  readonly adapter: Adapter;
  /** Another unit each time, for this place. */
  unit(changes?: Partial<Unit>): Unit;
  /** What the reconciler writes before it calls `apply` or `destroy`. */
  want(unit: Unit): void;
  doom(unit: Unit): void;
  /** Let the place do everything it has left to do. */
  settle(): Promise<void>;
  /** Unit ids of what really exists there; one that exists twice is in it twice. */
  made(): Promise<readonly string[]>;
  /** Something with our mark that this database does not know; gives its unit id. */
  stranger(): Promise<string>;
  /** The next `apply` does its work, and only its answer is lost. */
  loseAnswer(): void;
  /** From now on the place fails in a way nobody classified. */
  breakDown(): void;
  /** Rooms that its offers share with whatever else is there; none is that every offer is on its own. */
  readonly rooms: readonly string[];
  /** What the tries of jobs are tested with, where the adapter runs them. */
  readonly tries?: TryBench;
  close(): Promise<void>;
}

/** What every adapter guarantees. `make` gives a fresh bench for each test. */
export function adapterContract(name: string, make: () => Promise<Bench>): void {
  describe(`${name} keeps the adapter contract`, () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = await make();
    });
    afterEach(() => bench.close());

    const started = async (changes?: Partial<Unit>): Promise<Unit> => {
      const unit = bench.unit(changes);
      bench.want(unit);
      await bench.adapter.apply(unit, call());
      return unit;
    };
    const seen = async (...units: readonly Unit[]) => await bench.adapter.observe(knownOf(...units), call());

    test("every feature is answered by true or by a sentence that says what to change", () => {
      for (const feature of FEATURES) {
        const answer = bench.adapter.features[feature];
        if (answer !== true) expect(answer, feature).toMatch(/^[A-Z].{10,}: .{5,}[^\s]$/);
      }
    });

    test("logs exist exactly when the feature says so", () => {
      expect(bench.adapter.logs !== undefined).toBe(bench.adapter.features.logs === true);
    });

    test("offers are priced, at this place, stable and unique in id", async () => {
      const offers = await bench.adapter.offers(needs(), call());
      const again = await bench.adapter.offers(needs(), call());
      expect(offers.length).toBeGreaterThan(0);
      expect(new Set(offers.map(({ id }) => id)).size).toBe(offers.length);
      expect(again.map(({ id }) => id)).toEqual(offers.map(({ id }) => id));
      for (const offer of offers) {
        expect(offer.place.provider).toBe(bench.adapter.provider);
        expect(offer.place.target).toBe("here");
        expect(offer.capacityReplicas).toBeGreaterThanOrEqual(0);
        for (const { message } of offer.impossible) expect(message.length).toBeGreaterThan(10);
      }
      const takers = offers.filter(({ impossible }) => impossible.length === 0);
      expect(takers.length).toBeGreaterThan(0);
      for (const { price } of takers) {
        expect(price?.expectedUsd).toMatch(/^\d+(\.\d+)?$/);
        expect(price?.lines.length).toBeGreaterThan(0);
      }
    });

    test("what a place cannot do is said in the offer, with the field that asks", async () => {
      const demands = [{ feature: "start-order" as const, pointer: "/after" }];
      for (const offer of await bench.adapter.offers(needs({ demands }), call()))
        expect(offer.impossible).toContainEqual(
          expect.objectContaining({ rule: "feature:start-order", pointer: "/after" }),
        );
    });

    test("render is deterministic, is the JSON it becomes, and names secrets without their values", () => {
      const unit = bench.unit({
        template: template({ user: undefined, secrets: { DATABASE_URL: "db-url@3" } }),
      });
      const document = bench.adapter.render(unit);
      expect(bench.adapter.render(structuredClone(unit))).toStrictEqual(document);
      expect(JSON.parse(JSON.stringify(document))).toStrictEqual(document);
      expect(JSON.stringify(document)).toContain("db-url");
      expect(JSON.stringify(document)).toContain(unit.id);
    });

    test("apply returns before the unit is ready, and twice makes one", async () => {
      const unit = await started();
      await bench.adapter.apply(unit, call());
      await bench.settle();
      await bench.adapter.apply(unit, call());
      expect(await bench.made()).toEqual([unit.id]);
    });

    test("observe sees ready what apply made, with every replica and an endpoint", async () => {
      const unit = await started();
      await bench.settle();
      const { complete, observations } = await seen(unit);
      expect(complete).toBe(true);
      expect(observations).toHaveLength(1);
      expect(observations[0]).toMatchObject({
        unit: unit.id,
        phase: "ready",
        ready: 2,
        replicas: 2,
        restarts: 0,
      });
      expect(observations[0]?.endpoints.length).toBeGreaterThan(0);
    });

    test("a look changes nothing: the second sees what the first saw", async () => {
      const unit = await started();
      await bench.settle();
      const first = await seen(unit);
      expect(await seen(unit)).toEqual(first);
    });

    test("only replicas change in place", async () => {
      const unit = await started();
      await bench.settle();
      const more = { ...unit, replicas: { min: 3, max: 3 } };
      bench.want(more);
      await bench.adapter.apply(more, call());
      await bench.settle();
      expect((await seen(unit)).observations[0]).toMatchObject({ ready: 3, replicas: 3, restarts: 0 });
      expect(await bench.made()).toEqual([unit.id]);
    });

    test("what carries our mark but is unknown is unrecognised, and stays", async () => {
      const stranger = await bench.stranger();
      const unit = await started();
      await bench.settle();
      const { observations, unrecognised } = await seen(unit);
      expect(observations.map((one) => one.unit)).toEqual([unit.id]);
      expect(unrecognised.map((one) => one.unit)).toEqual([stranger]);
      expect(await bench.made()).toContain(stranger);
    });

    test("destroy is asked until gone, twice is fine, and nothing is left", async () => {
      const [kept, removed] = [await started(), await started()];
      await bench.settle();
      bench.doom(removed);
      expect(await destroyed(bench, removed)).toBe("gone");
      expect(await bench.adapter.destroy(unitRef(removed), call())).toBe("gone");
      expect(await bench.made()).toEqual([kept.id]);
    });

    test("destroy right after apply ends in nothing, too", async () => {
      const unit = await started();
      bench.doom(unit);
      expect(await destroyed(bench, unit)).toBe("gone");
      expect(await bench.made()).toEqual([]);
    });

    test("destroying what was never there is gone", async () => {
      expect(await bench.adapter.destroy(unitRef(bench.unit()), call())).toBe("gone");
    });

    test("a creation whose answer was lost is found again, not made again", async () => {
      const unit = bench.unit();
      bench.want(unit);
      bench.loseAnswer();
      await expect(bench.adapter.apply(unit, call())).rejects.toBeInstanceOf(AdapterError);
      await bench.settle();
      expect((await seen(unit)).observations.map((one) => one.unit)).toEqual([unit.id]);
      await bench.adapter.apply(unit, call());
      await bench.settle();
      expect(await bench.made()).toEqual([unit.id]);
    });

    test("an aborted signal rejects at once, with a kind, and does nothing", async () => {
      const unit = bench.unit();
      for (const [verb, run] of verbs(bench.adapter, unit)) {
        const error = await run({ signal: AbortSignal.abort() }).catch((reason: unknown) => reason);
        expect(error, verb).toBeInstanceOf(AdapterError);
        expect(error, verb).toMatchObject({ kind: "unavailable" });
      }
      await bench.settle();
      expect(await bench.made()).toEqual([]);
    });

    test("a failure nobody classified is a bug by kind, in every verb", async () => {
      const unit = bench.unit();
      bench.breakDown();
      for (const [verb, run] of verbs(bench.adapter, unit)) {
        const error = await run(call()).catch((reason: unknown) => reason);
        expect(error, verb).toBeInstanceOf(AdapterError);
        expect(error, verb).toMatchObject({ kind: "bug" });
      }
    });

    roomContract(() => bench, started);

    tryContract(() => bench);

    test("logs are NDJSON with time, stream, line and container, and end when not followed", async () => {
      const unit = await started();
      await bench.settle();
      const stream = await bench.adapter.logs?.(unitRef(unit), { tail: 100, follow: false }, call());
      const lines = (await new Response(stream).text()).trimEnd().split("\n");
      for (const line of lines)
        expect(JSON.parse(line)).toEqual({
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          stream: expect.stringMatching(/^std(out|err)$/),
          line: expect.any(String),
          container: expect.any(String),
        });
    });
  });
}

/** Asking more often than this means that it will not go. */
const MOST_ASKS = 10;

async function destroyed(bench: Bench, unit: Unit): Promise<"gone" | "going"> {
  for (let asks = 0; asks < MOST_ASKS; asks += 1) {
    if ((await bench.adapter.destroy(unitRef(unit), call())) === "gone") return "gone";
    await bench.settle();
  }
  return "going";
}

const TRY: RunRef = { run: "run_0", attempt: 1, name: "bnever" };

type Run = (given: { readonly signal: AbortSignal }) => Promise<unknown>;
function verbs(adapter: Adapter, unit: Unit): readonly (readonly [string, Run])[] {
  const known = knownOf(unit);
  return [
    ["offers", (given) => adapter.offers(needs(), given)],
    ["apply", (given) => adapter.apply(unit, given)],
    ["observe", (given) => adapter.observe(known, given)],
    ["destroy", (given) => adapter.destroy(unitRef(unit), given)],
    ["run", async (given) => await (adapter.runs?.start(unit, TRY, given) ?? adapter.observe(known, given))],
    ["logs", async (given) => await adapter.logs?.(unitRef(unit), { tail: 10, follow: false }, given)],
  ];
}
