import { and, asc, eq, isNull, sql, type SQL } from "drizzle-orm";
import { tokens } from "../../db/schema.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { fitting } from "./row-size.ts";
import type { InstanceStore, Token } from "./instance.ts";

/** Access tokens, by their hash. A revoked or expired one is still found: the caller says which it is. */
export function tokenStore(
  db: Database,
): Pick<InstanceStore, "insertToken" | "tokenByHash" | "tokens" | "revokeToken"> {
  return {
    async insertToken(token) {
      const scopes = fitting(`The scopes of token ${token.name}`, token.scopes);
      await db.insert(tokens).values({
        ...token,
        scopes,
        project: token.project ?? null,
        expiresAt: token.expiresAt ?? null,
        revokedAt: token.revokedAt ?? null,
      });
    },
    async tokenByHash(hash) {
      return (await db.select().from(tokens).where(eq(tokens.hash, hash))).map(tokenOf)[0];
    },
    async tokens(project) {
      const rows = await db
        .select()
        .from(tokens)
        .where(ownedBy(project))
        .orderBy(asc(tokens.createdAt), asc(tokens.id))
        .limit(MAX_LIST);
      return rows.map(tokenOf);
    },
    async revokeToken(project, id, now) {
      const rows = await db
        .update(tokens)
        .set({ revokedAt: sql`coalesce(revoked_at, ${now})` })
        .where(and(ownedBy(project), eq(tokens.id, id)))
        .returning({ id: tokens.id });
      return rows.length === 1;
    },
  };
}

const ownedBy = (project: string | undefined): SQL =>
  project === undefined ? isNull(tokens.project) : eq(tokens.project, project);

function tokenOf(row: typeof tokens.$inferSelect): Token {
  return {
    ...row,
    project: row.project ?? undefined,
    scopes: row.scopes,
    expiresAt: row.expiresAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
  };
}
