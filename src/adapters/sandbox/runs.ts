import type { Unit } from "../../domain/plan.ts";
import type { RunObservation, RunRef } from "../../domain/run.ts";
import type { RunVerbs } from "../adapter.ts";
import type { CloudClient } from "./client.ts";
import type { CloudRules, CloudState } from "./cloud.ts";
import { crashOf } from "./order.ts";
import type { CloudRun } from "./run-state.ts";

/** What the killed container of a stopped try leaves: 128 + SIGTERM. */
const STOPPED = 143;
const MOST_RUN_SECONDS = 86_400;

/**
 * Simulated tries of jobs. One runs `env.SANDBOX_RUN_SECONDS` (1 when it says nothing) and succeeds, unless it crashes as a unit would
 * (`env.SANDBOX_CRASH`, or the tag `crash`); with `env.SANDBOX_FAIL_TRIES` only that many first tries of a run do.
 */
export function sandboxRuns(cloud: CloudClient, rules: CloudRules, now: () => number): RunVerbs {
  return {
    async start(unit, run, call) {
      const made = runOf(unit, run, rules, now());
      const { state } = await cloud.send({ do: "run", run: made, workload: unit.workload }, call);
      return stateOf(state, run.name, now());
    },
    async observe(unit, run, call) {
      const { state } = await cloud.send({ do: "read", on: "observe", workload: unit.workload }, call);
      return stateOf(state, run.name, now());
    },
    async stop(unit, run, call) {
      const { state } = await cloud.send({ do: "stop-run", name: run.name, workload: unit.workload }, call);
      const there = state.runs?.[run.name];
      return there === undefined || there.taken === true ? "stopped" : "stopping";
    },
  };
}

function stateOf(state: CloudState, name: string, now: number): RunObservation {
  const run = state.runs?.[name];
  const at = now;
  if (run === undefined || run.taken === true)
    return { phase: "unknown", reason: "the sandbox has no such try (any more)", lastLines: [], at };
  if (now < run.startsAt) return { phase: "starting", lastLines: [], at };
  const startedAt = run.startsAt;
  if (now < run.endsAt) return { phase: "running", startedAt, lastLines: [], at };
  const ended = { startedAt, endedAt: run.endsAt, lastLines: run.lastLines, at };
  if (run.stoppedAt !== undefined)
    return { ...ended, phase: "failed", exitCode: STOPPED, reason: `it exited with code ${STOPPED}` };
  if (run.exitCode === 0) return { ...ended, phase: "succeeded", exitCode: 0 };
  return { ...ended, phase: "failed", exitCode: run.exitCode, reason: `it exited with code ${run.exitCode}` };
}

function runOf(unit: Unit, run: RunRef, { delaysMs }: CloudRules, now: number): CloudRun {
  const { env, image } = unit.template;
  const crash = crashAt(unit, run.attempt);
  const startsAt = now + delaysMs.create;
  const seconds = Math.min(MOST_RUN_SECONDS, wholeNumber(env["SANDBOX_RUN_SECONDS"], 1));
  return {
    name: run.name,
    unit: unit.id,
    workload: unit.workload,
    image,
    createdAt: now,
    startsAt,
    endsAt: startsAt + seconds * 1_000,
    exitCode: crash?.exitCode ?? 0,
    lastLines: crash?.lastLines ?? [`${unit.workload}: done, try ${run.attempt}`],
  };
}

function crashAt(unit: Unit, attempt: number): ReturnType<typeof crashOf> {
  const { env } = unit.template;
  const failing = env["SANDBOX_FAIL_TRIES"];
  if (failing === undefined) return crashOf(unit);
  if (attempt > wholeNumber(failing, 0)) return undefined;
  const crashing = { ...env, SANDBOX_CRASH: env["SANDBOX_CRASH"] ?? "1" };
  return crashOf({ ...unit, template: { ...unit.template, env: crashing } });
}

const wholeNumber = (text: string | undefined, otherwise: number): number =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : otherwise;

/** NDJSON of what a simulated try has said so far; undefined where there is none of that name. */
export function tryLog(
  state: CloudState | undefined,
  name: string,
  now: number,
): ReadableStream<Uint8Array> | undefined {
  const run = state?.runs?.[name];
  if (run === undefined || run.taken === true) return undefined;
  const said = [
    { ms: run.startsAt, line: `starting ${run.workload} from ${run.image}` },
    ...run.lastLines.map((line) => ({ ms: run.endsAt, line })),
  ];
  const lines = said
    .filter(({ ms }) => ms <= now)
    .map(({ ms, line }) => ({
      at: new Date(ms).toISOString(),
      stream: "stdout",
      line,
      container: run.workload,
    }));
  return new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join("")).body ?? undefined;
}
