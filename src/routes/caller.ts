import { Fault } from "../domain/fault.ts";
import type { Caller } from "../broker/ports.ts";
import type { Principal } from "../identity/authenticate.ts";
import type { InstanceStore, Project } from "../store/instance.ts";

export const DEFAULT_PROJECT = "default";
export const DEFAULT_ENVIRONMENT = "production";
/** Names in a query are looked at no further than this. */
const MAX_NAME_CHARACTERS = 63;

type CallerStore = Pick<InstanceStore, "project" | "environment">;

/**
 * In which project and environment a principal acts. `?project=` is the instance's; a token of a project acts in its own.
 * Throws `forbidden` or `not-found`.
 */
export async function callerOf(
  store: CallerStore,
  principal: Principal,
  search: URLSearchParams,
  inEnvironment: boolean,
): Promise<Caller> {
  const project = await projectOf(store, principal, search.get("project"));
  const named = search.get("environment");
  const environment = named ?? DEFAULT_ENVIRONMENT;
  if (inEnvironment || named !== null) await assertEnvironment(store, project, environment);
  return {
    project,
    environment,
    actor: `token:${principal.name}`,
    token: principal.tokenId,
    ofInstance: principal.project === undefined,
  };
}

async function projectOf(store: CallerStore, principal: Principal, named: string | null): Promise<Project> {
  if (principal.project !== undefined) {
    if (named !== null)
      throw new Fault(
        "forbidden",
        "This token belongs to one project; only a token of the instance may say ?project=.",
      );
    const own = await store.project(principal.project);
    if (own !== undefined) return own;
    throw new Fault("not-found", "The project of this token is gone.");
  }
  if (named !== null && !principal.scopes.has("instance:admin"))
    throw new Fault("forbidden", "Only an administrator of the instance may say ?project=.");
  const name = named ?? DEFAULT_PROJECT;
  const project = name.length > MAX_NAME_CHARACTERS ? undefined : await store.project(name);
  if (project === undefined)
    throw new Fault(
      "not-found",
      `There is no project ${name.slice(0, MAX_NAME_CHARACTERS)}; \`POST /v1/projects\` makes one.`,
    );
  return project;
}

async function assertEnvironment(store: CallerStore, project: Project, name: string): Promise<void> {
  const short = name.slice(0, MAX_NAME_CHARACTERS);
  if (short === name && (await store.environment(project.id, name)) !== undefined) return;
  throw new Fault(
    "not-found",
    `There is no environment ${short} in project ${project.name}; \`PUT /v1/environments/${short}\` makes one.`,
  );
}
