/** Everything a token can be allowed to do. Scopes are compared whole: there are no prefixes and no wildcards. */
export const SCOPES = [
  "plans:read",
  "plans:write",
  "plans:approve",
  "emergency",
  "exceptions:read",
  "exceptions:write",
  "automation:write",
  "workloads:read",
  "workloads:write",
  "workloads:delete",
  "runs:write",
  "logs:read",
  "catalog:read",
  "catalog:write",
  "policies:read",
  "policies:write",
  "targets:read",
  "targets:write",
  "agents:read",
  "agents:write",
  "environments:read",
  "environments:write",
  "secrets:read",
  "secrets:write",
  "costs:read",
  "costs:write",
  "budgets:read",
  "budgets:write",
  "registries:read",
  "registries:write",
  "tokens:read",
  "tokens:write",
  "projects:read",
  "projects:write",
  "instance:admin",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Scopes that only a token of the instance may hold: they reach beyond one project. */
const INSTANCE_SCOPES: ReadonlySet<Scope> = new Set<Scope>(["projects:write", "instance:admin"]);

const READS = [
  "plans:read",
  "exceptions:read",
  "workloads:read",
  "logs:read",
  "catalog:read",
  "policies:read",
  "targets:read",
  "agents:read",
  "environments:read",
  "secrets:read",
  "registries:read",
  "costs:read",
  "budgets:read",
  "projects:read",
] as const satisfies readonly Scope[];

/**
 * Named lists of scopes. A token keeps the role's name, so it follows the list when the list changes. In a token of a project the
 * instance's scopes count for nothing, so its `admin` is the project's.
 */
export const ROLES = {
  admin: SCOPES,
  deployer: [...READS, "plans:write", "workloads:write", "workloads:delete", "runs:write"],
  reader: READS,
} as const satisfies Readonly<Record<string, readonly Scope[]>>;
export type Role = keyof typeof ROLES;
export const ROLE_NAMES = ["admin", "deployer", "reader"] as const satisfies readonly Role[];

/** Whether a word names a role. */
export function isRole(word: string): word is Role {
  return Object.hasOwn(ROLES, word);
}

/** Whether a word names a scope. */
export function isScope(word: unknown): word is Scope {
  return SCOPES.some((scope) => scope === word);
}

/** The scopes that stored words stand for. A word that is no longer known grants nothing. */
export function scopesOf(words: readonly string[], ofInstance: boolean): ReadonlySet<Scope> {
  const granted = words.flatMap((word): readonly Scope[] => {
    if (isRole(word)) return ROLES[word];
    return isScope(word) ? [word] : [];
  });
  // A row that was tampered with cannot lift a project's token out of its project.
  return new Set(ofInstance ? granted : granted.filter((scope) => !INSTANCE_SCOPES.has(scope)));
}
