import type { RegistryStore, StoredLogin } from "../../../src/store/registry-store.ts";

/** Logins of registries in memory. */
export function registries(): RegistryStore {
  const logins = new Map<string, { readonly project: string; readonly login: StoredLogin }>();
  const at = (project: string, host: string) => `${project} ${host}`;
  return {
    registryLogin: async (project, host) => logins.get(at(project, host))?.login,
    registryLogins: async (project) =>
      [...logins.values()]
        .filter((row) => row.project === project)
        .map(({ login }) => login)
        .sort((a, b) => (a.host < b.host ? -1 : 1)),
    async putRegistryLogin(project, login) {
      const before = logins.get(at(project, login.host))?.login;
      if ((before?.version ?? 0) !== login.version - 1) return false;
      const createdAt = before?.createdAt ?? login.createdAt;
      logins.set(at(project, login.host), { project, login: { ...login, createdAt } });
      return true;
    },
    async resealRegistryLogin(project, { host, version, sealed }) {
      const row = logins.get(at(project, host));
      if (row?.login.version === version)
        logins.set(at(project, host), { project, login: { ...row.login, sealed } });
    },
    deleteRegistryLogin: async (project, host) => logins.delete(at(project, host)),
  };
}
