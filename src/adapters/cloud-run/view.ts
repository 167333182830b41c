import type { Observation, Phase } from "../../domain/observation.ts";
import type { RunObservation } from "../../domain/run.ts";
import type { Bench } from "./bench.ts";
import { grantWait } from "./grants.ts";
import type { Condition, Execution, Operation, Resource, Task } from "./api.ts";

/** What Google says of a unit's service or pool, in our words. `lastLines` are shown where it has failed. */
export function observationOf(
  bench: Pick<Bench, "target" | "now">,
  unit: string,
  resource: Resource,
  lastLines: readonly string[] = [],
): Observation {
  const now = bench.now();
  const phase = phaseOf(resource, now);
  const replicas = replicasOf(resource);
  return {
    unit,
    phase,
    ready: readyOf(resource, phase, replicas),
    replicas,
    endpoints: endpointsOf(bench.target, unit, resource, phase),
    reason: reasonOf(resource, phase),
    // Google starts containers again by itself and does not tell how often.
    restarts: 0,
    lastLines: phase === "failed" ? lastLines : [],
    at: now,
  };
}

/** A unit whose creation Google gave up before there was anything to look at. */
export function failedToCreate(
  unit: string,
  error: NonNullable<Operation["error"]>,
  now: number,
): Observation {
  return {
    unit,
    phase: "failed",
    ready: 0,
    replicas: 0,
    endpoints: [],
    reason: `Google could not create it: ${error.message}`,
    restarts: 0,
    lastLines: [],
    at: now,
  };
}

/** How a try stands, from its job, the execution it was created with, and that execution's task. */
export function runObservationOf(
  job: Resource,
  execution: Execution | undefined,
  task: Task | undefined,
  now: number,
  lastLines: readonly string[] = [],
): RunObservation {
  const base = { lastLines: [], at: now };
  if (execution === undefined) {
    const { terminal } = job;
    if (terminal?.state !== "failed" || job.reconciling) return { ...base, phase: "starting" };
    return { ...base, phase: "failed", reason: sentence(terminal), lastLines };
  }
  const { startedAt, endedAt, taskCount, succeeded, cancelled, running } = execution;
  const times = { startedAt, endedAt };
  if (endedAt === undefined) return { ...base, phase: running > 0 ? "running" : "starting", startedAt };
  if (succeeded >= Math.max(1, taskCount)) return { ...base, ...times, phase: "succeeded", exitCode: 0 };
  if (cancelled > 0) return { ...base, ...times, phase: "stopped", exitCode: task?.exitCode };
  const said = task?.message || execution.conditions.map(sentence).find((text) => text !== NO_WORD);
  return { ...base, ...times, phase: "failed", exitCode: task?.exitCode, reason: said ?? NO_WORD, lastLines };
}

/** Whether Google has said all it will say about a try. */
export const hasEnded = (execution: Execution | undefined): boolean => execution?.endedAt !== undefined;

const NO_WORD = "Google says that it failed, and not why.";

function phaseOf(resource: Resource, now: number): Phase {
  const { deleting, reconciling, terminal, hasServed } = resource;
  if (deleting) return "stopping";
  if (terminal?.state === "succeeded" && !reconciling) return "ready";
  // Whoever finds it stopped applies it again, and then it is tried once more.
  const wait = grantWait(resource, now);
  if (wait !== "no") return wait === "again" ? "stopped" : "creating";
  // Google stops trying when it says "failed"; what an earlier revision serves goes on.
  if (terminal?.state === "failed" && !reconciling) return hasServed ? "unready" : "failed";
  return hasServed || terminal?.state === "reconciling" ? "starting" : "creating";
}

// Google tells how many instances it was told to keep, and not how many there are: the first request starts one where none is kept.
function replicasOf({ scale, collection }: Resource): number {
  if (scale.manual !== undefined) return scale.manual;
  return collection === "services" ? Math.max(1, scale.min) : scale.min;
}

function readyOf({ hasServed }: Resource, phase: Phase, replicas: number): number {
  if (phase === "ready") return replicas;
  return hasServed && (phase === "starting" || phase === "unready") ? Math.min(1, replicas) : 0;
}

function endpointsOf(
  target: string,
  unit: string,
  { url, hasServed, scale, asksCallers }: Resource,
  phase: Phase,
): Observation["endpoints"] {
  const serves = phase === "ready" || (hasServed && phase !== "stopping");
  if (url === undefined || !serves || scale.manual === 0) return [];
  const endpoint = { replica: 0, url, transport: "tls", bypassable: !asksCallers, ready: true } as const;
  // By what the service is, and not by what the target says now: it may have been made before.
  return [
    asksCallers ? { ...endpoint, auth: { kind: "google-id-token", target, unit, audience: url } } : endpoint,
  ];
}

function reasonOf({ terminal, conditions }: Resource, phase: Phase): string | undefined {
  if (phase === "ready" || phase === "stopping") return undefined;
  const failed = conditions.find(({ state, message }) => state === "failed" && message !== "");
  if (phase !== "failed" && phase !== "unready") return terminal?.message || undefined;
  return sentence(terminal?.message ? terminal : (failed ?? terminal));
}

const sentence = (condition: Condition | undefined): string =>
  condition === undefined || condition.message === "" ? NO_WORD : condition.message;
