import { Fault } from "../domain/fault.ts";
import { idProblem } from "../domain/name.ts";
import type { Environment } from "../store/instance.ts";
import { iso } from "./instants.ts";
import type { Caller, Ports } from "./ports.ts";
import { DEFAULT_ENVIRONMENT } from "./projects.ts";

/** A project has at most this many environments: previews that nobody removed are noticed before they cost. */
export const MAX_ENVIRONMENTS = 500;

export interface EnvironmentRequest {
  readonly class?: Environment["class"] | undefined;
  readonly protected?: boolean | undefined;
  readonly ttlHours?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Make or replace an environment; what is left out takes its default. `created` says which it was. */
export async function putEnvironment(
  ports: Pick<Ports, "store" | "now">,
  caller: Caller,
  name: string,
  request: EnvironmentRequest,
) {
  const problem = idProblem(name);
  if (problem !== undefined) throw new Fault("invalid-path", `The environment's name is wrong: ${problem}.`);
  if (request.ttlHours !== undefined)
    throw new Fault("invalid-body", "Environments do not end by themselves yet.", {
      problems: [
        {
          pointer: "/ttlHours",
          message: "not served yet; leave it out, and remove the environment when it is done",
        },
      ],
    });
  const project = caller.project.id;
  const before = await ports.store.environment(project, name);
  if (before === undefined && (await ports.store.environments(project)).length >= MAX_ENVIRONMENTS)
    throw new Fault("conflict", `A project has at most ${MAX_ENVIRONMENTS} environments; remove some first.`);
  const environment: Environment = {
    name,
    class: request.class ?? (name === DEFAULT_ENVIRONMENT ? "production" : "staging"),
    protected: request.protected ?? false,
    labels: request.labels ?? {},
    createdAt: before?.createdAt ?? ports.now(),
  };
  await ports.store.putEnvironment(project, environment);
  return { environment: environmentView(environment), created: before === undefined };
}

/** Environments of the caller's project, by name. */
export async function listEnvironments(ports: Pick<Ports, "store">, caller: Caller) {
  return (await ports.store.environments(caller.project.id)).map(environmentView);
}

/** One environment, or `not-found`. */
export async function readEnvironment(ports: Pick<Ports, "store">, caller: Caller, name: string) {
  return environmentView(await requireEnvironment(ports, caller, name));
}

/**
 * Remove an environment that nothing lives in, with its secrets; `in-use` otherwise, also while another runs with one it shares, or a
 * target signs in with one. Production stays: every call means it by default.
 */
export async function deleteEnvironment(
  ports: Pick<Ports, "store">,
  caller: Caller,
  name: string,
): Promise<void> {
  await requireEnvironment(ports, caller, name);
  if (name === DEFAULT_ENVIRONMENT) throw new Fault("conflict", `The environment ${name} cannot be removed.`);
  await refuseSharing(ports, caller, name);
  if (!(await ports.store.deleteEnvironment(caller.project.id, name)))
    throw new Fault("in-use", `Workloads still live in ${name}; destroy them first.`);
}

async function refuseSharing({ store }: Pick<Ports, "store">, caller: Caller, environment: string) {
  const project = caller.project.id;
  const kept = await store.secretVersions({ project, environment });
  if (kept.length === 0) return;
  const mine = new Set(kept.map(({ name, version }) => `${name}@${version}`));
  const [uses, [reader]] = await Promise.all([
    store.secretUses(project),
    store.secretTargets({ project, environment }),
  ]);
  if (reader !== undefined) {
    const { target, secret } = reader;
    const says = `Berth signs in at target ${target} with ${secret} of ${environment}; give the target other credentials first.`;
    throw new Fault("in-use", says, { extra: { targets: [target] } });
  }
  const user = uses.find((use) => mine.has(use.reference));
  if (user === undefined) return;
  const message = `${user.environment}/${user.workload} runs with ${user.reference} of ${environment}; deploy it with a secret of its own first.`;
  throw new Fault("in-use", message, { extra: { usedBy: user } });
}

async function requireEnvironment(
  ports: Pick<Ports, "store">,
  caller: Caller,
  name: string,
): Promise<Environment> {
  const environment = await ports.store.environment(caller.project.id, name);
  if (environment === undefined)
    throw new Fault("not-found", `There is no environment ${name} in project ${caller.project.name}.`);
  return environment;
}

function environmentView(environment: Environment) {
  return { ...environment, createdAt: iso(environment.createdAt) };
}
