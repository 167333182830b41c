import type { Selectable } from "../policy/select.ts";
import type { Project } from "../store/instance.ts";
import type { Ports } from "./ports.ts";
import { DEFAULT_ENVIRONMENT } from "./projects.ts";

/** A project's environments as policies select them, the usual one also before it is stored. */
export async function placesIn(
  ports: Pick<Ports, "store">,
  project: Project,
): Promise<readonly Selectable[]> {
  const environments = await ports.store.environments(project.id);
  const usual = { name: DEFAULT_ENVIRONMENT, class: "production", labels: {} } as const;
  const all = environments.some((one) => one.name === DEFAULT_ENVIRONMENT)
    ? environments
    : [usual, ...environments];
  return all.map((environment) => ({ project, environment }));
}
