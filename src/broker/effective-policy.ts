import { Fault } from "../domain/fault.ts";
import type { Spec } from "../domain/spec.ts";
import { narrow } from "../policy/layers.ts";
import { widenings } from "../policy/widenings.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import { DEFAULT_POLICY, type Policy } from "../policy/policy.ts";

/** The policy a spec is placed under: the installation's default (or a what-if one), narrowed by what the spec says inline. */
export function effectivePolicy(spec: Spec, whatIf: Policy | undefined): Policy {
  const base = whatIf ?? DEFAULT_POLICY;
  if (spec.policy === DEFAULT_POLICY.name) return base;
  if (typeof spec.policy === "string") throw unknownPolicy(spec.policy);
  const parsed = parsePolicy(spec.policy, { at: "/policy" });
  if (!parsed.ok)
    throw new Fault("invalid-spec", "The inline policy has problems.", { problems: parsed.problems });
  const wider = widenings(base, parsed.rules, "/policy");
  if (wider.length > 0)
    throw new Fault("invalid-spec", "An inline policy may only narrow.", { problems: wider });
  return narrow(base, parsed.rules);
}

function unknownPolicy(name: string): Fault {
  const message = `there is no policy ${name}; say default, or write the rules inline`;
  return new Fault("invalid-spec", `The spec names policy ${name}, which does not exist.`, {
    problems: [{ pointer: "/policy", message }],
  });
}
