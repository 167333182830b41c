import { resolveReferences, referencesIn, type EnvReference } from "../domain/env-reference.ts";
import { Fault, type Problem } from "../domain/fault.ts";
import type { Spec } from "../domain/spec.ts";
import { publicUrl } from "./addresses.ts";
import type { Caller, GatewayAddress } from "./ports.ts";

/**
 * The spec with every `${workload.name.url}` and `${workload.name.host}` in its environment replaced. Addresses are known
 * before anything runs, so a reference never orders and never waits. `invalid-spec` for what cannot be given.
 */
export function resolveEnv(spec: Spec, gateway: GatewayAddress, caller: Caller): Spec {
  const problems = [
    ...keyProblems(spec.env, ""),
    ...spec.sidecars.flatMap((sidecar, index) => keyProblems(sidecar.env, `/sidecars/${index}`)),
  ];
  if (problems.length > 0) throw new Fault("invalid-spec", "The spec asks for a route key.", { problems });
  const resolve = (reference: EnvReference) => addressOf(reference, gateway, caller);
  const resolved = (env: Spec["env"]) =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, resolveReferences(value, resolve)]));
  return {
    ...spec,
    env: resolved(spec.env),
    sidecars: spec.sidecars.map((sidecar) => ({ ...sidecar, env: resolved(sidecar.env) })),
  };
}

function keyProblems(env: Spec["env"], at: string): readonly Problem[] {
  return Object.entries(env)
    .filter(([, value]) => referencesIn(value).some((reference) => reference.property === "key"))
    .map(([name]) => ({
      pointer: `${at}/env/${name}`,
      message: "route keys are not handed out yet; use url or host",
    }));
}

function addressOf({ workload, property }: EnvReference, gateway: GatewayAddress, caller: Caller): string {
  const names = { project: caller.project.name, environment: caller.environment, workload };
  const url = publicUrl(gateway, names);
  if (url === undefined)
    throw new Fault(
      "invalid-spec",
      `The address of ${workload} is not known: this broker has no gateway domain.`,
    );
  return property === "host" ? new URL(url).host : url;
}
