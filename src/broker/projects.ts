import { Fault } from "../domain/fault.ts";
import { newId } from "../domain/id.ts";
import { idProblem } from "../domain/name.ts";
import type { Project } from "../store/instance.ts";
import { iso } from "./instants.ts";
import type { Caller, Ports } from "./ports.ts";

/** The project that first start makes, and that an instance's token acts in unless it names another. */
export const DEFAULT_PROJECT = "default";
/** The environment every project has, and that every call means unless it names another. */
export const DEFAULT_ENVIRONMENT = "production";

type ProjectPorts = Pick<Ports, "store" | "now" | "random">;

export interface ProjectRequest {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Make a project with its production environment. `invalid-body` for a bad name, `conflict` when it is taken. */
export async function createProject(ports: ProjectPorts, request: ProjectRequest) {
  const problem = idProblem(request.name);
  if (problem !== undefined)
    throw new Fault("invalid-body", `The project's name is wrong: ${problem}.`, {
      problems: [{ pointer: "/name", message: problem }],
    });
  const project = await makeProject(ports, request);
  if (project === undefined)
    throw new Fault("conflict", `There is a project ${request.name} already; choose another name.`);
  return projectView(project);
}

/** What first start needs: project `default` with environment `production`. Safe to repeat. */
export async function ensureDefaultProject(ports: ProjectPorts): Promise<Project> {
  const made = await makeProject(ports, { name: DEFAULT_PROJECT });
  const project = made ?? (await ports.store.project(DEFAULT_PROJECT));
  if (project === undefined) throw new Error(`project ${DEFAULT_PROJECT} could neither be made nor found`);
  // A start that was cut off between the two writes is mended by the next.
  if ((await ports.store.environment(project.id, DEFAULT_ENVIRONMENT)) === undefined)
    await makeProduction(ports, project);
  return project;
}

/** Every project for an administrator of the instance; for anyone else, their own. */
export async function listProjects(ports: Pick<Ports, "store">, caller: Caller, ofInstance: boolean) {
  const projects = ofInstance ? await ports.store.projects() : [caller.project];
  return projects.map(projectView);
}

async function makeProject(ports: ProjectPorts, request: ProjectRequest): Promise<Project | undefined> {
  const { name, labels = {} } = request;
  const project: Project = { id: newId("prj", ports.random), name, labels, createdAt: ports.now() };
  if (!(await ports.store.createProject(project))) return undefined;
  await makeProduction(ports, project);
  return project;
}

async function makeProduction(ports: ProjectPorts, project: Project): Promise<void> {
  const createdAt = ports.now();
  const production = {
    name: DEFAULT_ENVIRONMENT,
    class: "production",
    protected: false,
    labels: {},
    createdAt,
  } as const;
  await ports.store.putEnvironment(project.id, production);
}

function projectView({ id, name, labels, createdAt }: Project) {
  return { id, name, labels, createdAt: iso(createdAt) };
}
