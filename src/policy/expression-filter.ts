import type { Refusal } from "../domain/feature.ts";
import { compileCel, type CelValues } from "./cel/compile.ts";
import type { Policy } from "./policy.ts";
import type { Holds } from "./tiers.ts";

/** Expressions that an offer does not make true. One that cannot be decided counts as not true, and says why. */
export function requireRefusals(
  { require }: Pick<Policy, "require">,
  values: () => CelValues,
): readonly Refusal[] {
  return require.flatMap(({ name, when, message, layer }) => {
    const answer = ask(when, values);
    if (answer === true) return [];
    const doubt = answer === false ? "" : `; it cannot be decided: ${answer}`;
    return [
      {
        rule: `policy:require.${name}`,
        message: `${message} (rule ${name} of policy ${layer.name}${doubt})`,
      },
    ];
  });
}

/** Whether an expression of a tier is true of the offer; one that cannot be decided is not. */
export function tierHolds(values: () => CelValues): Holds {
  return (when) => ask(when, values) === true;
}

function ask(when: string, values: () => CelValues): boolean | string {
  const compiled = compileCel(when, "offer", "");
  if (!compiled.ok) return compiled.problems.map(({ message }) => message).join("; ");
  const answer = compiled.program.run(values());
  return answer.ok ? answer.value : answer.because;
}
