import type { Observation } from "../../domain/observation.ts";
import type { Unit } from "../../domain/plan.ts";
import type { RunObservation, RunRef } from "../../domain/run.ts";
import type { Agent } from "../../store/instance.ts";
import type { Call, RunVerbs } from "../adapter.ts";
import { eachTry } from "../each-try.ts";
import type { AgentDirectory } from "./directory.ts";

/** What the verbs need of the pool they are of. */
export interface RunPool {
  readonly directory: AgentDirectory;
  readonly now: () => number;
  /** The agent a unit is placed on; undefined when it has left the pool. */
  readonly agentOf: (unit: Unit) => Promise<Agent | undefined>;
  /** The same, where without it nothing can begin. Throws `AdapterError`. */
  readonly hostOf: (unit: Unit) => Promise<Agent>;
  readonly refuseWhenAborted: (call: Call) => void;
}

/** Tries of jobs on agents. The store names them and the agents fetch them, so the verbs ring and tell what was last reported. */
export function agentRuns({ directory, now, agentOf, hostOf, refuseWhenAborted }: RunPool): RunVerbs {
  const seen = async (agent: Agent, { name }: RunRef): Promise<RunObservation> => {
    const held = await directory.tryOn(agent.id, name);
    return held?.report === undefined
      ? { phase: "starting", lastLines: [], at: now() }
      : runObservationOf(held.report);
  };
  return {
    async start(unit, run, call) {
      refuseWhenAborted(call);
      const agent = await hostOf(unit);
      directory.ring(agent.id);
      return await seen(agent, run);
    },
    async observe(tries, call) {
      refuseWhenAborted(call);
      return await eachTry(tries, async ({ unit, run }) => {
        const agent = await agentOf(unit);
        if (agent === undefined) return { phase: "unknown", reason: LEFT, lastLines: [], at: now() };
        return await seen(agent, run);
      });
    },
    async stop(unit, run, call) {
      refuseWhenAborted(call);
      const agent = await agentOf(unit);
      // Its host was removed from the pool, and by that all it held is taken for gone.
      if (agent === undefined) return "stopped";
      const held = await directory.tryOn(agent.id, run.name);
      if (held === undefined || isGone(held.report)) return "stopped";
      directory.ring(agent.id);
      return "stopping";
    },
  };
}

const LEFT = "its host has left the pool, and how it ended there is not known";

// An agent never begins again what has run or was doomed, so a look that finds no container of it stays true.
const isGone = (report: Observation | undefined): boolean =>
  report?.phase === "stopped" && report.replicas === 0;

/** What an agent says of a try, in the words of runs: see `observeTry` of the agent. */
export function runObservationOf({ phase, exitCode, reason, lastLines, at }: Observation): RunObservation {
  const said = { lastLines, at, ...(reason === undefined ? {} : { reason }) };
  switch (phase) {
    case "creating":
    case "starting":
      return { ...said, phase: "starting" };
    case "failed":
      return { ...said, phase: "failed", reason: reason ?? "it could not be started" };
    case "stopped": {
      if (exitCode === undefined)
        return { ...said, phase: "unknown", reason: reason ?? "it is not there any more" };
      if (exitCode === 0) return { ...said, phase: "succeeded", exitCode };
      return { ...said, phase: "failed", exitCode, reason: reason ?? `it exited with code ${exitCode}` };
    }
    case "ready":
    case "unready":
    case "stopping":
      return { ...said, phase: "running" };
  }
}
