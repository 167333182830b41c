import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../src/domain/run.ts";
import { restartAt } from "../../../src/reconcile/runs/run-timing.ts";
import { endOf, isSeenOver, lastTries } from "../../../src/reconcile/runs/tries.ts";

const NOW = 1_800_000_000_000;
const JOB = { retries: 0, timeoutSeconds: 60, parallelism: 1, retryUnknown: true };
const refused = { why: "refused", because: "it is full", at: NOW } as const;
const tried = (over: Partial<Attempt>): Attempt => ({
  number: 1,
  index: 0,
  id: "a",
  name: "ba",
  unit: "u",
  phase: "failed",
  sentAt: NOW,
  lastLines: [],
  released: false,
  ...over,
});
const tries = (...attempts: readonly Attempt[]) => {
  const [one] = lastTries(
    { job: JOB },
    attempts.map((attempt, at) => ({ ...attempt, number: at + 1 })),
  );
  if (one === undefined) throw new Error("a job has one container at least");
  return one;
};

describe("a try that its place refused", () => {
  test("counts for nothing and is followed at once, ten times; any further one counts, so that it comes to an end", () => {
    const one = tried({ stop: refused });
    expect(tries(...Array.from({ length: 10 }, () => one)).count).toBe(0);
    expect(tries(...Array.from({ length: 12 }, () => one)).count).toBe(2);
    expect(endOf({ job: JOB }, tries(one), isSeenOver)).toBe("again");
    expect(endOf({ job: JOB }, tries(...Array.from({ length: 12 }, () => one)), isSeenOver)).toBe("lost");
    expect(restartAt(tries(one))).toBe(0);
  });

  test("counts where it had begun all the same", () => {
    for (const over of [{ startedAt: NOW }, { exitCode: 1 }]) {
      const one = tries(tried({ stop: refused, ...over }));
      expect([one.count, endOf({ job: JOB }, one, isSeenOver)]).toEqual([1, "lost"]);
      expect(restartAt(one)).toBeGreaterThan(NOW);
    }
  });
});

describe("a try with an unknown end", () => {
  const job = { ...JOB, retries: 1 };
  const ended = (over: Partial<Attempt>) =>
    endOf({ job }, tries(tried({ phase: "unknown", ...over })), isSeenOver);

  test("is followed by another when its place was seen without it, or its host has ended it by itself", () => {
    expect(ended({})).toBe("again");
    expect(ended({ stop: { why: "lost", because: "silence", at: NOW } })).toBe("again");
  });

  test("that nobody could confirm is followed by none before it was taken away, and by none at all when that was given up", () => {
    const stop = { why: "timeout", because: "it took too long", at: NOW } as const;
    const setback = { kind: "unavailable", message: "nobody answers", attempts: 9 } as const;
    expect(ended({ stop })).toBe("unproven");
    expect(ended({ stop, setback })).toBe("unproven");
    expect(ended({ stop, released: true })).toBe("again");
    expect(ended({ stop, setback, released: true })).toBe("lost");
  });

  test("is the end of a job that does not want it tried again", () => {
    const careful = { ...job, retryUnknown: false };
    expect(endOf({ job: careful }, tries(tried({ phase: "unknown" })), isSeenOver)).toBe("lost");
  });
});
