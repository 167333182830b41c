import { describe, expect, test } from "vitest";
import type { Attempt, Run } from "../../../src/domain/run.ts";
import { isRefused, placeWanted, unitOfIndex } from "../../../src/reconcile/runs/places.ts";
import type { RunWorld } from "../../../src/reconcile/runs/run-world.ts";
import { TIMING, unitOf } from "../fixtures.ts";

const NOW = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const hosted = (id: string, host: string) =>
  unitOf(id, { place: { provider: "agents", target: "home", region: "home", host } });
const UNITS = [unitOf("cloud"), hosted("one", "h1"), hosted("two", "h2")];
const tried = (over: Partial<Attempt> = {}): Attempt => ({
  number: 1,
  index: 0,
  id: "a",
  name: "ba",
  unit: "cloud",
  phase: "starting",
  sentAt: NOW - 1_000,
  lastLines: [],
  released: false,
  setback: { kind: "capacity", message: "it is full", attempts: 1, notBefore: NOW },
  ...over,
});

function worldOf(
  units: Run["units"],
  attempts: readonly Attempt[],
  silentMs: Readonly<Record<string, number>> = {},
): RunWorld {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is looked at of a run
  const run = { id: "run_1", units } as Run;
  const silent = new Map(Object.entries(silentMs));
  const byId = new Map(UNITS.map((unit) => [unit.id, unit]));
  return { run, workloadId: "w", attempts, removing: false, units: byId, silentMs: silent, timing: TIMING };
}

describe("another place", () => {
  test("is asked for every container whose host is lost, and away from every host that is silent, lost or not yet", () => {
    const world = worldOf(
      [
        { id: "one", replicas: 2 },
        { id: "two", replicas: 1 },
      ],
      [],
      { one: 12_000, two: 4_000 },
    );
    const next = [0, 1, 2].map((index) => ({ index, count: 0, last: undefined }));
    expect(placeWanted(world, next, NOW)).toEqual({
      indexes: [0, 1],
      avoidHosts: ["h1", "h2"],
      avoidOffers: [],
      avoidTargets: [],
      silentMs: 12_000,
      isNeeded: true,
      because: "h1 has not been heard for 12 s",
    });
  });

  test("is asked for a try that is refused, and no offer that refused one in the last five minutes is asked again", () => {
    const refused = { why: "refused", because: "it is full", at: NOW } as const;
    const before = (unit: string, minutes: number) =>
      tried({ unit, phase: "failed", stop: refused, lookedAt: NOW - minutes * MINUTE_MS });
    const attempts = [tried({ number: 3 }), before("one", 4), before("two", 6), before("forgotten", 1)];
    expect(placeWanted(worldOf([{ id: "cloud", replicas: 1 }], attempts), [], NOW)).toMatchObject({
      indexes: [0],
      avoidOffers: ["offer-cloud", "offer-one"],
      isNeeded: false,
      because: "it is full",
    });
  });

  test("is at no target that denies what is asked of it, whichever of its offers was asked", () => {
    const denied = tried({ setback: { kind: "denied", message: "no", attempts: 1 } });
    const nowhere = tried({ unit: "gone" });
    const units = [{ id: "cloud", replicas: 1 }];
    expect(placeWanted(worldOf(units, [denied]), [], NOW)?.avoidTargets).toEqual(["t"]);
    expect(placeWanted(worldOf(units, [nowhere]), [], NOW)).toBeUndefined();
  });

  test("is asked for no try that was answered, is being ended, has ended, or met a trouble that passes", () => {
    const stop = { why: "asked", because: "enough", at: NOW } as const;
    const setback = { kind: "unavailable", message: "lost", attempts: 1 } as const;
    for (const over of [{ answeredAt: NOW }, { stop }, { phase: "failed" }, { setback }] as const)
      expect(isRefused(tried(over))).toBe(false);
    expect(isRefused(tried({ setback: undefined }))).toBe(false);
    expect(isRefused(tried())).toBe(true);
  });

  test("belongs to each container of a run, and there is none for one that it has not", () => {
    const run = {
      units: [
        { id: "left", replicas: 0 },
        { id: "one", replicas: 1 },
      ],
    };
    expect(unitOfIndex(run, 0)).toBe("one");
    expect(() => unitOfIndex(run, 1)).toThrow("no unit for its container 1");
  });
});
