import { asc, eq, type SQL } from "drizzle-orm";
import { registryLogins } from "../../db/schema.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { all } from "./keys.ts";
import type { RegistryStore, StoredLogin } from "./registry-store.ts";

/** Logins of registries over one database. */
export function registryStore(db: Database): RegistryStore {
  return {
    async registryLogin(project, host) {
      const rows = await db.select().from(registryLogins).where(key(project, host)).limit(1);
      return rows.map(loginOf)[0];
    },
    async registryLogins(project) {
      const rows = await db
        .select()
        .from(registryLogins)
        .where(eq(registryLogins.project, project))
        .orderBy(asc(registryLogins.host))
        .limit(MAX_LIST);
      return rows.map(loginOf);
    },
    async putRegistryLogin(project, login) {
      const row = { project, ...login };
      const { createdAt: _kept, ...changed } = row;
      const written =
        login.version === 1
          ? await db.insert(registryLogins).values(row).onConflictDoNothing().returning({ host })
          : await db
              .update(registryLogins)
              .set(changed)
              .where(version(project, login.host, login.version - 1))
              .returning({ host });
      return written.length === 1;
    },
    async resealRegistryLogin(project, { host: name, version: number, sealed }) {
      await db
        .update(registryLogins)
        .set({ sealed })
        .where(version(project, name, number));
    },
    async deleteRegistryLogin(project, name) {
      return (await db.delete(registryLogins).where(key(project, name)).returning({ host })).length === 1;
    },
  };
}

const { host } = registryLogins;

function key(project: string, name: string): SQL {
  return all(eq(registryLogins.project, project), eq(registryLogins.host, name));
}

const version = (project: string, name: string, number: number): SQL =>
  all(key(project, name), eq(registryLogins.version, number));

function loginOf({ project: _project, ...login }: typeof registryLogins.$inferSelect): StoredLogin {
  return login;
}
