import type { RunPhase, RunState } from "../domain/run.ts";
import { printable } from "../render/printable.ts";
import { duration } from "./figures.ts";
import { listText } from "./print-list.ts";

/** A run as the API shows it. Times are ISO 8601. */
export interface RunView {
  readonly id: string;
  readonly workload: string;
  readonly state: RunState;
  readonly stateReason?: string;
  readonly trigger: "manual" | "schedule";
  readonly scheduledFor?: string;
  readonly actor: string;
  readonly reason: string;
  readonly generation: number;
  readonly retries: number;
  readonly parallelism: number;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

export interface AttemptView {
  readonly attempt: number;
  readonly index: number;
  readonly phase: RunPhase;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly lastLines: readonly string[];
}

export interface RunWithAttempts extends RunView {
  readonly attempts: readonly AttemptView[];
}

/** Log lines shown of the try that failed last; the rest is in `berth logs`. */
const LOG_LINES = 20;

/** One line of a list of runs. */
export function runRow(run: RunView, now: number): readonly string[] {
  return [run.id, run.state, run.createdAt, tookText(run, now), printable(run.stateReason ?? run.reason)];
}

/** A run with each of its tries, and the last lines of one that did not end well. */
export function runText(run: RunWithAttempts, now: number, width: number): string {
  const why = run.stateReason === undefined ? "" : `: ${printable(run.stateReason)}`;
  const begun =
    run.trigger === "schedule"
      ? `by its schedule, for ${run.scheduledFor ?? run.createdAt}`
      : `by ${run.actor}`;
  const head = `${run.workload} · ${run.id} · ${run.state}${why}\nplan ${run.generation}, begun ${run.createdAt} ${printable(begun)}, took ${tookText(run, now)}\n`;
  const rows = run.attempts.map((one) => [
    String(one.attempt),
    String(one.index),
    one.phase,
    one.exitCode === undefined ? "-" : String(one.exitCode),
    tookText(one, now),
    printable(one.reason ?? ""),
  ]);
  const table = rows.length === 0 ? "" : `\n${listText({ head: HEAD, rows }, width)}`;
  const bad = run.attempts.findLast(({ phase, lastLines }) => phase !== "succeeded" && lastLines.length > 0);
  if (bad === undefined) return `${head}${table}`;
  const lines = bad.lastLines.slice(-LOG_LINES).map((line) => `  ${printable(line)}\n`);
  return `${head}${table}\nlast lines of try ${bad.attempt}\n${lines.join("")}`;
}

const HEAD = ["TRY", "INDEX", "PHASE", "EXIT", "TOOK", "WHY"];

function tookText(
  { startedAt, endedAt }: { readonly startedAt?: string; readonly endedAt?: string },
  now: number,
): string {
  if (startedAt === undefined) return "-";
  return duration(Math.max(0, (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt)));
}
