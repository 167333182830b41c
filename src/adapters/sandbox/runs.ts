import { AdapterError } from "../../domain/fault.ts";
import type { RunVerbs } from "../adapter.ts";
import { eachGroup } from "../each-try.ts";
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
    // Faults strike calls for a workload, so each workload's tries are asked for by a call of their own.
    async observe(tries, call) {
      return await eachGroup(
        tries,
        ({ unit }) => unit.workload,
        async (group) => {
          const verb = { on: "observe", workload: group[0]?.unit.workload } as const;
          const told = group.map(({ unit, run }) => ({ unit: innerTry(unit, run), run }));
          return (await runVerb(sandbox, verb, call, (at) => verbs(at).observe(told, call))).answer;
        },
      );
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
