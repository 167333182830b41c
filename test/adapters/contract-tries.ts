import { expect, test } from "vitest";
import { unitRef } from "../../src/adapters/adapter.ts";
import type { Unit } from "../../src/domain/plan.ts";
import type { RunRef } from "../../src/domain/run.ts";
import type { Bench } from "./contract.ts";
import { call, START, template } from "./fixtures.ts";
import { knownWith } from "./known.ts";
import { seenTry } from "./seen-try.ts";

/** What the tries of jobs are tested with. */
export interface TryBench {
  /** What the reconciler writes before it starts a try, and before it stops one or takes it away. */
  want(unit: Unit, run: RunRef): void;
  end(run: RunRef): void;
  /** What began a moment ago goes on, and is shown to whoever looks; an agent shows it as one it was not told of. */
  show(unit: Unit, run: RunRef): Promise<void>;
  /** Names of the tries that ever began there; one that began twice is in it twice. `settle` lets each end with exit code 0. */
  started(): Promise<readonly string[]>;
}

/** What every adapter that runs jobs guarantees of their tries; a bench without `tries` shows only that the feature is told right. */
export function tryContract(bench: () => Bench): void {
  test("tries of jobs are run exactly when the feature says so", () => {
    expect(bench().adapter.runs !== undefined).toBe(bench().adapter.features.job === true);
  });

  const job = (tries: TryBench, number = 1) => {
    const unit = bench().unit({ template: template({ kind: "job", route: undefined }) });
    const run = { run: "run_1", attempt: number, name: `btry${number}${unit.name}`, startedAt: START };
    tries.want(unit, run);
    return { unit, run };
  };

  test("a try begins once, however often it is asked for, and what has ended never begins again", async () => {
    const { tries, adapter } = bench();
    if (tries === undefined) return;
    const { unit, run } = job(tries);
    expect((await adapter.runs?.start(unit, run, call()))?.phase).toMatch(/^(starting|running)$/);
    await adapter.runs?.start(unit, run, call());
    for (let looks = 0; looks < MOST_ASKS; looks += 1) await bench().settle();
    const ended = await seenTry(adapter.runs, unit, run);
    expect(ended).toMatchObject({ phase: "succeeded", exitCode: 0 });
    expect((await adapter.runs?.start(unit, run, call()))?.phase).toBe("succeeded");
    await bench().settle();
    expect(await tries.started()).toEqual([run.name]);
  });

  test("tries are told of together, each by its name and as it is, one that nobody has begun among them", async () => {
    const { tries, adapter } = bench();
    if (tries === undefined) return;
    const begun = [1, 2, 3, 4].map((number) => job(tries, number));
    const never = job(tries, 5);
    const { startedAt: _startedAt, ...unsent } = never.run;
    const all = [...begun, { ...never, run: unsent }];
    for (const { unit, run } of begun) await adapter.runs?.start(unit, run, call());
    const phases = async () => {
      const told = await adapter.runs?.observe(all, call());
      expect([...(told?.keys() ?? [])].toSorted()).toEqual(all.map(({ run }) => run.name).toSorted());
      return all
        .map(({ run }) => told?.get(run.name))
        .map((seen) => (seen && "phase" in seen ? seen.phase : seen));
    };
    for (const phase of await phases()) expect(phase).toMatch(/^(starting|running)$/);
    for (let looks = 0; looks < MOST_ASKS; looks += 1) await bench().settle();
    expect((await phases()).slice(0, begun.length)).toEqual(begun.map(() => "succeeded"));
  });

  test("a try that is stopped is gone in the end, twice is fine, and its units are none of it", async () => {
    const { tries, adapter } = bench();
    if (tries === undefined) return;
    const kept = bench().unit();
    bench().want(kept);
    await adapter.apply(kept, call());
    const { unit, run } = job(tries);
    await adapter.runs?.start(unit, run, call());
    await bench().settle();
    tries.end(run);
    expect(await stopped(bench(), unit, run)).toBe("stopped");
    expect(await adapter.runs?.stop(unit, run, call())).toBe("stopped");
    // Some places keep what has ended for a while, others forget it at once.
    expect((await seenTry(adapter.runs, unit, run)).phase).toMatch(/^(succeeded|stopped|unknown)$/);
    expect(await bench().made()).toEqual([kept.id]);
  });

  test("a try that is not among its job's known ones is unrecognised, by its own name, and a look lets it be", async () => {
    const { tries, adapter } = bench();
    if (tries === undefined) return;
    const { unit, run } = job(tries);
    await adapter.runs?.start(unit, run, call());
    await tries.show(unit, run);
    const look = (names: readonly string[]) => adapter.observe(knownWith(unit, names), call());
    expect(await look([run.name])).toEqual({ complete: true, observations: [], unrecognised: [] });
    const { complete, observations, unrecognised } = await look(["btryother"]);
    expect([complete, observations]).toEqual([true, []]);
    expect(unrecognised.map(({ name, workload }) => [name, workload])).toEqual([[run.name, unit.workload]]);
    for (const { detail } of unrecognised) expect(detail.length).toBeGreaterThan(20);
    expect((await look([])).unrecognised).toEqual(unrecognised);
    expect((await seenTry(adapter.runs, unit, run)).phase).toMatch(/^(starting|running)$/);
  });

  test("the log of a try is found by the try's own id and name, and by whose it is", async () => {
    const { tries, adapter } = bench();
    if (tries === undefined || adapter.logs === undefined) return;
    const { unit, run } = job(tries);
    await adapter.runs?.start(unit, run, call());
    await bench().settle();
    // What the broker knows of a try: an id that is no unit's, under which `want` has stored it.
    const ref = { ...unitRef(unit), id: `try-${run.name}`, name: run.name };
    const text = await new Response(await adapter.logs(ref, { tail: 100, follow: false }, call())).text();
    const lines = text.split("\n").filter((line) => line !== "");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty("line");
  });

  test("each try is its own: the end of one says nothing of another", async () => {
    const { tries, adapter } = bench();
    if (tries === undefined) return;
    const [first, second] = [job(tries, 1), job(tries, 2)];
    await adapter.runs?.start(first.unit, first.run, call());
    await adapter.runs?.start(second.unit, second.run, call());
    await bench().settle();
    tries.end(first.run);
    expect(await stopped(bench(), first.unit, first.run)).toBe("stopped");
    expect((await seenTry(adapter.runs, second.unit, second.run)).phase).not.toBe("unknown");
    expect((await tries.started()).toSorted()).toEqual([first.run.name, second.run.name].toSorted());
  });
}

/** Asking more often than this means that it will not end. */
const MOST_ASKS = 10;

async function stopped(bench: Bench, unit: Unit, run: RunRef): Promise<"stopped" | "stopping" | undefined> {
  for (let asks = 0; asks < MOST_ASKS; asks += 1) {
    if ((await bench.adapter.runs?.stop(unit, run, call())) === "stopped") return "stopped";
    await bench.settle();
  }
  return "stopping";
}
