import { isFinal } from "../../src/domain/run.ts";
import type { SeenTry } from "../adapters/sandbox/above.ts";
import type { WrittenTry } from "./run-ledger.ts";

/** What is wrong with the end that was just written of a try, by what the accounts saw of it; undefined for nothing. */
export function judgeEnd({ attempt, failing }: WrittenTry, seen: readonly SeenTry[]): string | undefined {
  const { name, number, phase, exitCode } = attempt;
  const mine = seen.filter((one) => one.name === name);
  const would = number > failing ? "succeeds" : "fails";
  // What nobody knows the end of may be anything.
  if (phase === "unknown") return undefined;
  if (mine.some(isLive)) return `is said to have ended ${phase}, and runs`;
  if (phase === "succeeded" && (mine.length !== 1 || would !== "succeeds"))
    return `is said to have succeeded; it began ${mine.length} times, and when it ends by itself it ${would}`;
  if (
    phase === "failed" &&
    exitCode !== undefined &&
    exitCode !== 0 &&
    (mine.length !== 1 || would !== "fails")
  )
    return `is said to have exited ${exitCode}; it began ${mine.length} times, and when it ends by itself it ${would}`;
  return undefined;
}

/** What the tries of the accounts break of the guarantees, as sentences. */
export function judgeTries(
  seen: readonly SeenTry[],
  written: ReadonlyMap<string, WrittenTry>,
): readonly string[] {
  const wrong: string[] = [];
  const live = new Map<string, string>();
  const names = new Set<string>();
  for (const one of seen) {
    const { name } = one;
    if (names.has(name)) wrong.push(`${name} began twice`);
    names.add(name);
    const row = written.get(name);
    if (row === undefined) {
      wrong.push(`${name} began before its name was written`);
      continue;
    }
    const { run, attempt } = row;
    if (!isLive(one)) continue;
    if (isFinal(attempt) && attempt.phase !== "unknown")
      wrong.push(`${name} runs after its end ${attempt.phase} was written`);
    const place = `container ${attempt.index} of ${run.id}`;
    const other = live.get(place);
    if (other !== undefined) wrong.push(`${place} runs as ${other} and as ${name}`);
    live.set(place, name);
  }
  return wrong;
}

const isLive = ({ isOver, taken }: SeenTry): boolean => !isOver && !taken;
