import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nothingDesired, obey, readDesired, wantsBuried, writeDesired } from "../../src/agent/desired.ts";
import type { Desired } from "../../src/agent/desired.ts";
import type { SyncReply } from "../../src/domain/agent-protocol.ts";
import { aUnit } from "./a-unit.ts";

const reply = (over: Partial<SyncReply>): SyncReply => ({
  installation: "inst-1",
  epoch: 1,
  leaseMs: 10_000,
  pollMs: 1_000,
  units: [],
  doomed: [],
  ...over,
});
const doomed = { id: "u-web-1", name: "bweb", stopGraceSeconds: 1 };
const obeyed = (before: Desired, said: SyncReply): Desired => {
  const next = obey(before, said);
  if (typeof next === "string") throw new Error(next);
  return next;
};

describe("obeying a broker", () => {
  test("an older copy of the broker is refused, and dooms nothing", () => {
    const before = obeyed(nothingDesired("inst-1"), reply({ epoch: 5, units: [aUnit()] }));
    expect(obey(before, reply({ epoch: 4, doomed: [doomed] }))).toContain("older copy");
    expect(obey(before, reply({ epoch: 5, installation: "inst-2", doomed: [doomed] }))).toContain("inst-2");
  });

  test("a unit that was doomed never runs again in that epoch, whatever later answers say", () => {
    const before = obeyed(nothingDesired("inst-1"), reply({ doomed: [doomed] }));
    const late = obeyed(before, reply({ units: [aUnit()] }));
    expect(late.units).toEqual([]);
  });

  test("a restored database, in its new epoch, may want again what its lost history had doomed", () => {
    const before = obeyed(nothingDesired("inst-1"), reply({ doomed: [doomed] }));
    expect(obeyed(before, reply({ epoch: 2, units: [aUnit()] })).units).toHaveLength(1);
  });

  test("wanting in one epoch what was doomed in it gives an older copy away; dooming it again, or a new epoch, does not", () => {
    const before = obeyed(nothingDesired("inst-1"), reply({ doomed: [doomed] }));
    const again = reply({ units: [aUnit({ id: doomed.id })] });
    expect(wantsBuried(before, again)).toBe(true);
    expect(wantsBuried(before, { ...again, doomed: [doomed] })).toBe(false);
    expect(wantsBuried(before, { ...again, epoch: 2 })).toBe(false);
    expect(wantsBuried(before, reply({ units: [aUnit({ id: "u-web-2" })] }))).toBe(false);
  });

  test("the epoch never falls, and nothing is both wanted and doomed", () => {
    const said = fc.record({
      epoch: fc.integer({ min: 0, max: 4 }),
      wants: fc.boolean(),
      dooms: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 20 }), (all) => {
        let state = nothingDesired("inst-1");
        for (const { epoch, wants, dooms } of all) {
          const next = obey(
            state,
            reply({ epoch, units: wants ? [aUnit()] : [], doomed: dooms ? [doomed] : [] }),
          );
          if (typeof next === "string") continue;
          expect(next.epoch).toBeGreaterThanOrEqual(state.epoch);
          expect(next.units.some(({ id }) => next.doomed.some((one) => one.id === id))).toBe(false);
          state = next;
        }
      }),
    );
  });
});

describe("the state on disk", () => {
  let dir: string;
  const said: string[] = [];
  const log = (sentence: string): void => void said.push(sentence);
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "berth-desired-"));
    said.length = 0;
  });
  afterEach(async () => await rm(dir, { recursive: true, force: true }));
  const first: Desired = { ...nothingDesired("inst-1"), epoch: 1, units: [aUnit()] };
  const second: Desired = { ...first, epoch: 2, doomed: [doomed], units: [] };

  test("comes back as it was written", async () => {
    await writeDesired(dir, first);
    expect(await readDesired(dir, log)).toEqual(first);
    await writeDesired(dir, second);
    expect(await readDesired(dir, log)).toEqual(second);
    expect(said).toEqual([]);
  });

  test("torn at any byte, it falls back to the state before, and says so", async () => {
    await writeDesired(dir, first);
    await writeDesired(dir, second);
    const path = join(dir, "desired.json");
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(path, whole);
      await truncate(path, length);
      expect(await readDesired(dir, log)).toEqual(first);
    }
    expect(said.length).toBeGreaterThan(0);
  });

  test("a crash between any two steps of writing leaves one of the two states", async () => {
    await writeDesired(dir, first);
    await writeFile(join(dir, "desired.json.new"), '{"installation":"inst-1","ep'); // died while writing the new one
    expect(await readDesired(dir, log)).toEqual(first);
    await rm(join(dir, "desired.json.new"));
    await writeDesired(dir, second);
    await rm(join(dir, "desired.json")); // died between the two renames
    expect(await readDesired(dir, log)).toEqual(first);
  });

  test("both torn: nothing is known, and so nothing doomed", async () => {
    await writeFile(join(dir, "desired.json"), "{");
    await writeFile(join(dir, "desired.json.previous"), "");
    expect(await readDesired(dir, log)).toBeUndefined();
  });
});
