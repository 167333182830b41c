import { eq, sql } from "drizzle-orm";
import { leases } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import type { InstanceStore } from "./instance.ts";

/** Leases by name, for what only one process at a time may do. */
export function namedLeases(db: Database): Pick<InstanceStore, "takeLease" | "releaseLeases"> {
  return {
    async takeLease(name, owner, now, leaseMs) {
      const until = now + leaseMs;
      const rows = await db
        .insert(leases)
        .values({ name, owner, until })
        .onConflictDoUpdate({
          target: leases.name,
          set: { owner, until },
          setWhere: sql`${leases.owner} = ${owner} or ${leases.until} <= ${now}`,
        })
        .returning({ owner: leases.owner });
      return rows.length === 1;
    },
    async releaseLeases(owner) {
      await db.delete(leases).where(eq(leases.owner, owner));
    },
  };
}
