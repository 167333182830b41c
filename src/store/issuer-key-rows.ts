import { asc, eq, lt, sql } from "drizzle-orm";
import { issuerKeys } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import type { IssuerKeyStore } from "./issuer-keys.ts";
import { all } from "./keys.ts";

/** More keys than are ever there at once: those that cannot be in use go when a new one comes. */
const MAX_KEYS = 100;

/** The issuer's keys. Their numbers are the compare-and-set: a number is given once. */
export function issuerKeyStore(db: Database): IssuerKeyStore {
  return {
    async issuerKeys() {
      return await db.select().from(issuerKeys).orderBy(asc(issuerKeys.number)).limit(MAX_KEYS);
    },
    async addIssuerKey(key, dropBelow) {
      const ours = sql`exists (select 1 from ${issuerKeys} where number = ${key.number} and id = ${key.id})`;
      const [added] = await db.batch([
        db.insert(issuerKeys).values(key).onConflictDoNothing().returning({ number: issuerKeys.number }),
        // Only who has just added its key takes the old ones away.
        db.delete(issuerKeys).where(all(lt(issuerKeys.number, dropBelow), ours)),
      ]);
      return added.length === 1;
    },
    async resealIssuerKey(number, from, to) {
      const same = all(eq(issuerKeys.number, number), eq(issuerKeys.sealed, from));
      const changed = await db
        .update(issuerKeys)
        .set({ sealed: to })
        .where(same)
        .returning({ number: issuerKeys.number });
      return changed.length === 1;
    },
  };
}
