import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStoreFile, type StoreFile } from "../broker/store-file.ts";
import { fileBackend, memoryBackend } from "./backends.ts";
import { runSchedule } from "./schedule.ts";

/** Few here, for each takes a third of a second; `npm run sim -- --schedules N` runs as many as there is time for. */
const SCHEDULES = 45;
/** Schedules in one test, so that none takes long. */
const BATCH = 5;
const batches = Array.from({ length: SCHEDULES / BATCH }, (_, batch) => 1 + batch * BATCH);

describe("whatever fails, and wherever a process dies", () => {
  test.each(batches)(
    "seeds from %i on: no orphan, no double, nothing removed on a guess, each try of a job once, and rest in the end",
    async (first) => {
      for (let seed = first; seed < first + BATCH; seed += 1) {
        const { violations } = await runSchedule(seed, memoryBackend());
        expect(violations, `SEED=${seed} npm run sim -- --seed ${seed}`).toEqual([]);
      }
    },
  );
});

describe("a schedule", () => {
  test.each([7, 8, 84])("of seed %i leaves the same trace to the byte when it is run again", async (seed) => {
    const first = await runSchedule(seed, memoryBackend(), { keepTrace: true });
    const second = await runSchedule(seed, memoryBackend(), { keepTrace: true });
    expect(second.trace).toBe(first.trace);
    expect(second.hash).toBe(first.hash);
    expect(first.trace).toContain("calm");
  });

  test("of another seed leaves another trace", async () => {
    const hashes = [1, 2, 3].map(async (seed) => (await runSchedule(seed, memoryBackend())).hash);
    expect(new Set(await Promise.all(hashes)).size).toBe(3);
  });

  describe("on a real database", () => {
    let file: StoreFile;
    beforeEach(async () => {
      file = await openStoreFile();
    });
    afterEach(async () => {
      await file.close();
    });

    test.each([3, 4, 6])("of seed %i goes as it does in memory", async (seed) => {
      const { restore: _restore, ...memory } = memoryBackend();
      const options = { keepTrace: true, stepwise: true };
      const inMemory = await runSchedule(seed, memory, options);
      const onDisk = await runSchedule(seed, fileBackend(file), options);
      expect(onDisk.trace).toBe(inMemory.trace);
      expect(onDisk.violations).toEqual([]);
    });
  });
});
