import { isFinal, isOver, type Attempt, type Run } from "../../src/domain/run.ts";
import { wasRefused } from "../../src/reconcile/runs/tries.ts";
import type { AttemptStep, RunClaim, RunProgress, ScheduleProgress } from "../../src/store/run-store.ts";
import type { Claim, Scope, Store } from "../../src/store/store.ts";
import { judgeEnd } from "./judge-try.ts";
import type { World } from "./world.ts";

/** A try as its rows have really been written, and how many of its run's first ones its job lets fail. */
export interface WrittenTry {
  readonly run: Run;
  readonly attempt: Attempt;
  readonly failing: number;
}

/** More than any simulation begins of one job. */
const ALL = 200;

/** What has really been written of runs, noted beneath every fault and held against what the accounts saw. */
export class RunLedger {
  readonly tries = new Map<string, WrittenTry>();
  /** Ids of runs, each with its end once that is written. */
  readonly runs = new Map<string, Run["state"] | undefined>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The same store; whatever it writes of runs is noted and judged. */
  over(store: Store): Store {
    return {
      ...store,
      startRun: async (scope, run, bounds) => {
        const result = await store.startRun(scope, run, bounds);
        if (result === "started") this.#begins(run);
        return result;
      },
      record: async (claim, progress) => {
        const { schedule } = progress;
        const written = await store.record(claim, progress);
        if (written && schedule?.run !== undefined) await this.#fired(store, claim, schedule, schedule.run);
        return written;
      },
      recordRun: async (claim, progress) => {
        const written = await store.recordRun(claim, progress);
        if (written) this.#recorded(claim, progress);
        return written;
      },
    };
  }

  #begins(run: Run): void {
    if (this.runs.has(run.id)) return;
    this.runs.set(run.id, undefined);
    this.#world.note(`run ${run.id} of ${run.workload} begins, ${run.trigger}`);
  }

  // By now the batch is written: what else is open was open when the run began.
  async #fired(store: Store, claim: Claim, { replaces }: ScheduleProgress, run: Run): Promise<void> {
    const { scope, workload, plan } = claim;
    const all = await store.runs(scope, workload.name, { limit: ALL });
    if (this.runs.has(run.id) || all.every(({ id }) => id !== run.id)) return;
    const others = all.filter((one) => one.id !== run.id && !isOver(one));
    this.#begins(run);
    const moment = all.filter(({ scheduledFor }) => scheduledFor === run.scheduledFor);
    if (moment.length > 1) this.#violated(`${moment.map(({ id }) => id).join(" and ")} are of one moment`);
    const open = others.map(({ id }) => id).join(", ");
    if (plan.job?.overlap === "forbid" && others.length > 0)
      this.#violated(`${run.id} begins by schedule beside ${open}, which its job forbids`);
    if (plan.job?.overlap === "replace" && others.some(({ stop }) => stop === undefined))
      this.#violated(`${run.id} replaces ${open}, and nobody asks them to end (${replaces?.reason ?? ""})`);
  }

  #recorded(claim: RunClaim, progress: RunProgress): void {
    const { placed } = progress;
    if (placed !== undefined)
      this.#world.note(
        `${claim.run.id} moves to ${placed.of ?? "units of its own"}: ${progress.reason ?? ""}`,
      );
    for (const attempt of progress.begun ?? []) this.#begun(claim, attempt);
    for (const step of progress.steps ?? []) this.#stepped(step, claim);
    if (progress.endedAt !== undefined) this.#ended(claim, progress);
  }

  #begun(claim: RunClaim, attempt: Attempt): void {
    if (this.tries.has(attempt.name)) return;
    const { run, units } = claim;
    const unit = units.find((stored) => stored.unit.id === attempt.unit)?.unit;
    const failing = Number(unit?.template.env["SANDBOX_FAIL_TRIES"]);
    const siblings = this.#ofRun(run.id).filter((one) => one.attempt.index === attempt.index);
    this.tries.set(attempt.name, { run, attempt, failing });
    this.#world.note(`try ${attempt.number} of ${run.id} begins, ${attempt.name} index ${attempt.index}`);
    if (this.runs.get(run.id) !== undefined) this.#violated(`${attempt.name} begins after its run's end`);
    if (siblings.some((one) => !isFinal(one.attempt)))
      this.#violated(`${attempt.name} begins while another of its index is under way`);
    const counted = siblings.filter((one) => !wasRefused(one.attempt)).length;
    if (counted > run.job.retries)
      this.#violated(`${attempt.name} is try ${counted + 1} of at most ${run.job.retries + 1}`);
  }

  #stepped({ number, ...step }: AttemptStep, { run }: RunClaim): void {
    const before = this.#ofRun(run.id).find(({ attempt }) => attempt.number === number);
    if (before === undefined) return;
    const { name, phase, stop = step.stop } = before.attempt;
    // Why it is ended early is written before it has ended.
    this.tries.set(name, { ...before, attempt: { ...before.attempt, stop } });
    if (step.phase === undefined || step.phase === phase) return;
    if (isFinal(before.attempt)) this.#violated(`${name} ended ${phase} and then ${step.phase}`);
    const attempt = { ...before.attempt, ...step, stop, setback: step.setback ?? undefined };
    const written = { ...before, attempt };
    this.tries.set(name, written);
    if (!isFinal(attempt)) return;
    this.#world.note(`try ${number} of ${run.id} is ${step.phase}: ${step.reason ?? ""}`);
    const wrong = judgeEnd(written, this.#world.truth.tries());
    if (wrong !== undefined) this.#violated(`${name} ${wrong}`);
  }

  #ended({ run }: RunClaim, { state, reason }: RunProgress): void {
    const { id, job } = run;
    const before = this.runs.get(id);
    if (before !== undefined) this.#violated(`${id} ended ${before} and then ${state}`);
    this.runs.set(id, state);
    this.#world.note(`run ${id} is ${state}: ${reason ?? ""}`);
    const tries = this.#ofRun(id).map(({ attempt }) => attempt);
    if (!tries.every(isFinal)) this.#violated(`${id} is ${state} while a try of it is under way`);
    const done = new Set(tries.filter(({ phase }) => phase === "succeeded").map(({ index }) => index));
    if ((state === "succeeded") !== (done.size === job.parallelism))
      this.#violated(`${id} is ${state}, and ${done.size} of ${job.parallelism} containers succeeded`);
  }

  #ofRun(id: string): readonly WrittenTry[] {
    return [...this.tries.values()].filter(({ run }) => run.id === id);
  }

  // An older copy of the database cannot know what the lost part of its history has run.
  #violated(what: string): void {
    if (!this.#world.restored) this.#world.violated(what);
  }
}

/** What of a job's runs is not yet as it should be at rest, as sentences. `lost`: names of tries that nobody may take away. */
export async function runFindings(
  world: World,
  store: Store,
  job: string,
  lost: ReadonlySet<string>,
): Promise<readonly string[]> {
  const { project, environment } = world.caller;
  const scope: Scope = { project: project.id, environment };
  const found: string[] = [];
  for (const run of await store.runs(scope, job, { limit: ALL })) {
    if (!isOver(run)) found.push(`${run.id} of ${job} is ${run.state}`);
    for (const { name, phase, released } of await store.attempts(scope, job, run.id))
      if (!released && !lost.has(name)) found.push(`${name} of ${job} is ${phase} and not taken away`);
  }
  return found;
}
