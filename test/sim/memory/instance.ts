import type { InstanceStore, Target } from "../../../src/store/instance.ts";
import { targetId } from "./commit.ts";
import { kept, type Tables } from "./tables.ts";

/** What belongs to the installation, but for tokens and idempotency keys: those are the routes' affair, and no simulation has routes. */
export function instance(tables: Tables): InstanceStore {
  return { ...tenancy(tables), ...targets(tables), ...agents(tables), ...ROUTES_ONLY };
}

function tenancy(tables: Tables) {
  const environmentKey = (project: string, name: string) => JSON.stringify([project, name]);
  return {
    installation: async () => tables.installation,
    async raiseEpoch() {
      tables.installation = { ...tables.installation, epoch: tables.installation.epoch + 1 };
      return tables.installation;
    },
    async takeLease(name, owner, now, leaseMs) {
      const held = tables.leases.get(name);
      if (held !== undefined && held.owner !== owner && held.until > now) return false;
      tables.leases.set(name, { owner, until: now + leaseMs });
      return true;
    },
    async releaseLeases(owner) {
      for (const [name, held] of tables.leases) if (held.owner === owner) tables.leases.delete(name);
    },
    async createProject(project) {
      const rows = [...tables.projects.values()];
      if (rows.some(({ id, name }) => id === project.id || name === project.name)) return false;
      tables.projects.set(project.id, kept(project));
      return true;
    },
    projects: async () => [...tables.projects.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    project: async (idOrName) =>
      tables.projects.get(idOrName) ?? [...tables.projects.values()].find(({ name }) => name === idOrName),
    async putEnvironment(project, environment) {
      const row = { ...kept(environment), project };
      tables.environments.set(environmentKey(project, environment.name), row);
    },
    environment: async (project, name) => tables.environments.get(environmentKey(project, name)),
    environments: async (project) =>
      [...tables.environments.values()].filter((row) => row.project === project),
    async deleteEnvironment(project, name) {
      const living = [...tables.workloads.values()].some(
        (row) => row.project === project && row.environment === name,
      );
      if (!living) tables.environments.delete(environmentKey(project, name));
      return !living;
    },
  } satisfies Partial<InstanceStore>;
}

function targets(tables: Tables) {
  const own = (project: string | undefined, name: string) =>
    [...tables.targets.values()].find((target) => target.project === project && target.name === name);
  return {
    async putTarget(target, ifVersion) {
      const before = own(target.project, target.name);
      if (ifVersion === 0 && before !== undefined) return undefined;
      if (ifVersion !== undefined && ifVersion !== 0 && before?.version !== ifVersion) return undefined;
      const { id, createdAt, version } = before ?? { ...target, version: 0 };
      const stored: Target = {
        ...kept(target),
        project: target.project,
        id,
        createdAt,
        version: version + 1,
      };
      tables.targets.set(id, stored);
      return stored;
    },
    targets: async (project) =>
      [...tables.targets.values()]
        .filter((target) => target.project === project || target.project === undefined)
        .sort((a, b) => (a.name === b.name ? Number(a.project === undefined) : a.name < b.name ? -1 : 1)),
    target: async (project, name) => tables.targets.get(targetId(tables, { project }, name) ?? ""),
    targetById: async (id) => tables.targets.get(id),
    allTargets: async () => [...tables.targets.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    async deleteTarget(project, name) {
      const target = own(project, name);
      if (target === undefined) return "absent";
      const rows = [...tables.units.values()];
      if (rows.some((row) => row.targetId === target.id && row.state !== "gone")) return "in-use";
      tables.targets.delete(target.id);
      return "deleted";
    },
  } satisfies Partial<InstanceStore>;
}

function agents(tables: Tables) {
  return {
    async insertJoinToken(token) {
      tables.joinTokens.set(token.hash, token);
    },
    async joinAgent(hash, agent, now) {
      const token = tables.joinTokens.get(hash);
      if (token === undefined || token.expiresAt <= now) return undefined;
      tables.joinTokens.delete(hash);
      const joined = { ...kept(agent), project: token.project, pool: token.pool };
      tables.agents.set(agent.id, joined);
      return joined;
    },
    agent: async (id) => tables.agents.get(id),
    agents: async (project, pool) =>
      [...tables.agents.values()]
        .filter((agent) => agent.project === project && (pool === undefined || agent.pool === pool))
        .sort((a, b) => a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1)),
    async touchAgent(id, report) {
      const agent = tables.agents.get(id);
      if (agent === undefined || (agent.report?.seenAt ?? 0) > report.seenAt) return;
      tables.agents.set(id, { ...agent, report: kept(report) });
    },
    async removeAgent(project, id) {
      return tables.agents.get(id)?.project === project && tables.agents.delete(id);
    },
  } satisfies Partial<InstanceStore>;
}

const unused = async (): Promise<never> => {
  throw new Error("the store of the simulation keeps no tokens and no idempotency keys");
};
const ROUTES_ONLY = {
  insertToken: unused,
  tokenByHash: unused,
  tokens: unused,
  revokeToken: unused,
  beginIdempotent: unused,
  finishIdempotent: unused,
  forgetIdempotent: unused,
} satisfies Partial<InstanceStore>;
