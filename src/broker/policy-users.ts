import { Fault } from "../domain/fault.ts";
import { fleet } from "./fleet.ts";

import type { Caller, Ports } from "./ports.ts";

/** Names of users shown. */
const MAX_NAMED = 5;

/**
 * Refuses with `in-use` while workloads name a policy: without it their next plan, a failover too, would have nothing to go by. A
 * policy of the instance is looked for in all projects that have none of that name themselves. `default` is nobody's by name.
 */
export async function requireUnused(
  ports: Pick<Ports, "store">,
  caller: Caller,
  name: string,
  of: PolicyOwner,
): Promise<void> {
  if (name === "default") return;
  const projects = of === "instance" ? await ports.store.projects() : [caller.project];
  const users: string[] = [];
  for (const project of projects) {
    const hidden = of === "instance" && (await ports.store.policy(project.id, name)) !== undefined;
    if (hidden) continue;
    for await (const workload of fleet(ports, { ...caller, project }, {}))
      if (workload.document["policy"] === name && users.length < MAX_NAMED)
        users.push(`${project.name}/${workload.environment}/${workload.name}`);
    if (users.length >= MAX_NAMED) break;
  }
  if (users.length === 0) return;
  throw new Fault("in-use", `Policy ${name} is named by ${users.join(", ")}: let them name another first.`);
}

/** Whose policy is meant: the project's own, or the instance's. */
export type PolicyOwner = "project" | "instance";
