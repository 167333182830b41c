import type { Environment } from "../store/instance.ts";
import type { StoredSecret } from "../store/store.ts";

/**
 * Whether workloads of an environment may use a secret: it is the environment's own, or shared with it by name or class. Nothing falls
 * through to another environment's secret by itself.
 */
export function reaches(
  { environment: home, shared }: StoredSecret,
  environment: Pick<Environment, "name" | "class">,
): boolean {
  if (home === environment.name) return true;
  if (shared === undefined) return false;
  const { environments = [], classes = [] } = shared;
  return environments.includes(environment.name) || classes.includes(environment.class);
}
