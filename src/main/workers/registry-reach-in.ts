import { Fault } from "../../domain/fault.ts";
import type { Reach } from "../../images/reach.ts";
import { parseRegistryReach, type RegistryVariables } from "../registry-settings.ts";

/** Where registries are asked. Throws `unavailable` with the variable's name when it says nothing that can be used. */
export function registryReachIn(env: RegistryVariables): Reach {
  const { reach, problems } = parseRegistryReach(env, false);
  if (problems.length > 0) throw new Fault("unavailable", problems.join(" "));
  return reach;
}
