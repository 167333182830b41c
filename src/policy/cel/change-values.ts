import type { ChangeFacts } from "../rules/facts.ts";
import { compileCel, type CelValues } from "./compile.ts";
import { environmentOf } from "./environment.ts";

/** What expressions over changes see. */
export function changeValues(facts: ChangeFacts): CelValues {
  const { lift, variables } = environmentOf("change");
  return Object.fromEntries(
    variables.map((variable) => [variable, lift(variable, Reflect.get(facts, variable))]),
  );
}

/** Whether an expression is true of a change, or the sentence why that cannot be told: a bound, or something it names and is not there. */
export function celHolds(when: string, facts: ChangeFacts): boolean | string {
  const compiled = compileCel(when, "change", "");
  if (!compiled.ok) return compiled.problems.map(({ message }) => message).join("; ");
  const answer = compiled.program.run(changeValues(facts));
  return answer.ok ? answer.value : answer.because;
}
