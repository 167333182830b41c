import { and, eq, type SQL } from "drizzle-orm";
import { secrets, secretVersions } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import type { Scope } from "./store.ts";

/** Statements that remove every secret of an environment with all values, when a condition holds. Their numbers stay taken. */
export function dropSecrets(db: Database, { project, environment }: Scope, when: SQL) {
  return [
    db
      .delete(secretVersions)
      .where(and(eq(secretVersions.project, project), eq(secretVersions.environment, environment), when)),
    db
      .update(secrets)
      .set({ live: false, shared: null })
      .where(and(eq(secrets.project, project), eq(secrets.environment, environment), when)),
  ] as const;
}
