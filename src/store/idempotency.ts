import { and, eq, isNull, lte, sql } from "drizzle-orm";
import { idempotency } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { fitting } from "./row-size.ts";
import type { IdempotencyKey, InstanceStore } from "./instance.ts";

/** How long a request without an answer blocks its key: a process that died must not block it for a day. Longer than any request may take. */
export const IN_FLIGHT_MS = 120_000;
/** How many expired rows each new one takes away: more than come, so that the table does not grow. */
const EXPIRED_A_TIME = 20;

type Keys = Pick<InstanceStore, "beginIdempotent" | "finishIdempotent" | "forgetIdempotent">;

/** Answers kept under the caller's key. */
export function idempotencyStore(db: Database): Keys {
  return {
    async beginIdempotent(key) {
      const { project, fingerprint, now, keepMs } = key;
      const expiresAt = now + Math.min(keepMs, IN_FLIGHT_MS);
      const [, , inserted, stored] = await db.batch([
        db.delete(idempotency).where(and(rowOf(key), lte(idempotency.expiresAt, now))),
        db
          .delete(idempotency)
          .where(
            sql`rowid in (select rowid from idempotency where expires_at <= ${now} limit ${EXPIRED_A_TIME})`,
          ),
        db
          .insert(idempotency)
          .values({ project, key: key.key, fingerprint, createdAt: now, keepMs, expiresAt })
          .onConflictDoNothing()
          .returning({ key: idempotency.key }),
        db.select().from(idempotency).where(rowOf(key)),
      ]);
      const row = stored[0];
      if (inserted.length === 1 || row === undefined) return { state: "new" };
      if (row.fingerprint !== fingerprint) return { state: "mismatch" };
      const answer = row.answer ?? undefined;
      return answer === undefined ? { state: "in-flight" } : { state: "answered", answer };
    },
    async finishIdempotent(key, answer) {
      await db
        .update(idempotency)
        .set({ answer: fitting("The answer", answer), expiresAt: sql`created_at + keep_ms` })
        .where(and(rowOf(key), isNull(idempotency.answer)));
    },
    async forgetIdempotent(key) {
      await db.delete(idempotency).where(rowOf(key));
    },
  };
}

const rowOf = ({ project, key }: Pick<IdempotencyKey, "project" | "key">) =>
  and(eq(idempotency.project, project), eq(idempotency.key, key));
