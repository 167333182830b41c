import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import { Fault } from "../domain/fault.ts";
import type { LayerRef } from "../domain/layer.ts";
import type { Spec } from "../domain/spec.ts";
import { impossibilities } from "../policy/contradictions.ts";
import type { PolicyWorld } from "../policy/declared.ts";
import { INLINE } from "../policy/layer.ts";
import { layered, narrow } from "../policy/layers.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import type { Policy } from "../policy/policy.ts";
import { widenings } from "../policy/widenings.ts";
import { DEFAULT_LAYER, policyLayers, type Supposing } from "./policy-layers.ts";
import { policyWorld } from "./policy-world.ts";
import type { Caller, Ports } from "./ports.ts";

/** The policy a spec is placed under, and the layers it is made of, widest first. */
export interface EffectivePolicy {
  readonly policy: Policy;
  readonly layers: readonly LayerRef[];
}

/**
 * The policy of a spec here: all stored layers that have a say, narrowed by what the spec says inline. Throws `invalid-spec` for an
 * inline policy that is wrong or would widen, `no-placement` where the layers leave nothing, with what contradicts what.
 */
export async function effectivePolicy(
  ports: Pick<Ports, "store" | "books">,
  caller: Caller,
  spec: Pick<Spec, "name" | "policy">,
  supposing: Supposing = {},
): Promise<EffectivePolicy> {
  const stored = await policyLayers(ports, caller, spec, supposing);
  const world = await policyWorld(ports, caller.project.id);
  const base = layered(stored);
  const refs = [DEFAULT_LAYER, ...stored.map(({ ref }) => ref)];
  const effective =
    typeof spec.policy === "string"
      ? { policy: base, layers: refs }
      : withInline(base, refs, spec.policy, supposing.taken === true ? undefined : world);
  const problems = impossibilities(effective.policy, world);
  if (problems.length === 0 || supposing.contradictory === true) return effective;
  const because = problems.map(({ message }) => message).join("; ");
  throw new Fault(
    "no-placement",
    `No place can take ${spec.name}: its policies contradict each other: ${because}.`,
    {
      problems,
      extra: { ranked: [], rejected: [], layers: effective.layers },
    },
  );
}

/** The rules over the removal of a workload: where its own layers cannot be read any more, those of the others. Never throws over them. */
export async function policyForRemoval(
  ports: Pick<Ports, "store">,
  caller: Caller,
  spec: Pick<Spec, "policy">,
): Promise<Policy> {
  const base = layered(await policyLayers(ports, caller, spec, { forRemoval: true }));
  const parsed = typeof spec.policy === "string" ? undefined : parsePolicy(spec.policy);
  return parsed?.ok === true ? narrow(base, parsed.rules) : base;
}

function withInline(
  base: Policy,
  refs: readonly LayerRef[],
  document: Readonly<Record<string, unknown>>,
  world: PolicyWorld | undefined,
): EffectivePolicy {
  const parsed = parsePolicy(document, { at: "/policy", ...(world === undefined ? {} : { world }) });
  if (!parsed.ok)
    throw new Fault("invalid-spec", "The inline policy has problems.", { problems: parsed.problems });
  // What others came to forbid since a spec was taken stays forbidden: what it would loosen is left out where it is laid over them.
  const wider = world === undefined ? [] : widenings(base, parsed.rules, "/policy");
  if (wider.length > 0)
    throw new Fault("invalid-spec", "An inline policy may only narrow.", { problems: wider });
  if (Object.keys(document).length === 0) return { policy: base, layers: refs };
  const ref = { ...INLINE, hash: sha256Hex(canonicalJson(document)) };
  return { policy: narrow(base, parsed.rules, ref), layers: [...refs, ref] };
}
