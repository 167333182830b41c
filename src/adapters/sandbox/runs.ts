import { AdapterError } from "../../domain/fault.ts";
import type { RunVerbs } from "../adapter.ts";
import { innerTry } from "./inner-unit.ts";
import { runVerb, type Sandbox, type Session } from "./session.ts";

/** Tries of jobs at the simulated cloud. Faults of `apply` strike their start, those of `destroy` their stop. */
export function sandboxRuns(sandbox: Sandbox): RunVerbs {
  return {
    async start(unit, run, call) {
      const verb = { on: "apply", workload: unit.workload } as const;
      const told = innerTry(unit, run);
      return (await runVerb(sandbox, verb, call, (at) => verbs(at).start(told, run, call))).answer;
    },
    async observe(unit, run, call) {
      const verb = { on: "observe", workload: unit.workload } as const;
      const told = innerTry(unit, run);
      return (await runVerb(sandbox, verb, call, (at) => verbs(at).observe(told, run, call))).answer;
    },
    async stop(unit, run, call) {
      const verb = { on: "destroy", workload: unit.workload } as const;
      const told = innerTry(unit, run);
      return (await runVerb(sandbox, verb, call, (at) => verbs(at).stop(told, run, call))).answer;
    },
  };
}

function verbs({ inner }: Session): RunVerbs {
  if (inner.runs !== undefined) return inner.runs;
  throw new AdapterError("bug", `The simulated ${inner.provider} runs no jobs.`);
}
