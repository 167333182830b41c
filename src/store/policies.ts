import { and, asc, desc, eq, inArray, isNotNull, sql, type SQL } from "drizzle-orm";
import { policies } from "../../db/schema.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { insertFrom, ONE_ROW } from "./insert-from.ts";
import type { PolicyStore, StoredPolicy } from "./policy-store.ts";
import { fitting } from "./row-size.ts";

/** Stored policies: one row for each version, the next number given by the statement that writes it. */
export function policyStore(db: Database): PolicyStore {
  return {
    async putPolicy({ owner, name, hash, document, actor, createdAt }, ifVersion) {
      const text = JSON.stringify(fitting(`Policy ${name}`, document));
      const rows = await next(db, { owner, name, hash, document: text, actor, createdAt }, mayPut(ifVersion));
      return rows.flatMap(policyOf)[0];
    },
    async policy(owner, name, version) {
      const which = version === undefined ? isLatest() : eq(policies.version, version);
      const one = and(
        eq(policies.owner, owner),
        eq(policies.name, name),
        which,
        isNotNull(policies.document),
      );
      return (await db.select().from(policies).where(one).limit(1)).flatMap(policyOf)[0];
    },
    async lastPolicy(owner, name) {
      const said = and(eq(policies.owner, owner), eq(policies.name, name), isNotNull(policies.document));
      const rows = await db.select().from(policies).where(said).orderBy(desc(policies.version)).limit(1);
      return rows.flatMap(policyOf)[0];
    },
    async policies(owners) {
      const rows = await db
        .select()
        .from(policies)
        .where(and(inArray(policies.owner, [...owners]), isLatest(), isNotNull(policies.document)))
        .orderBy(asc(policies.owner), asc(policies.name))
        .limit(MAX_LIST);
      return rows.flatMap(policyOf);
    },
    async deletePolicy({ owner, name, actor, createdAt }, ifVersion) {
      const rows = await next(
        db,
        { owner, name, hash: "", document: undefined, actor, createdAt },
        ifVersion === undefined ? sql`live` : sql`live and last = ${ifVersion}`,
      );
      return rows.length === 1;
    },
  };
}

interface Row {
  readonly owner: string;
  readonly name: string;
  readonly hash: string;
  readonly document: string | undefined;
  readonly actor: string;
  readonly createdAt: number;
}

function mayPut(ifVersion: number | undefined): SQL {
  if (ifVersion === undefined) return sql`true`;
  return ifVersion === 0 ? sql`not live` : sql`live and last = ${ifVersion}`;
}

// One statement reads the last version and writes the next, so that of two writers with one precondition only one writes.
function next(db: Database, { owner, name, hash, document, actor, createdAt }: Row, when: SQL) {
  const mine = sql`from policies where owner = ${owner} and name = ${name}`;
  const last = sql`(select
      coalesce((select max(version) ${mine}), 0) as last,
      coalesce((select document is not null ${mine} order by version desc limit 1), false) as live
    from ${ONE_ROW}) state`;
  const values = {
    owner: sql`${owner}`,
    name: sql`${name}`,
    version: sql`last + 1`,
    hash: sql`${hash}`,
    document: sql`${document ?? null}`,
    actor: sql`${actor}`,
    createdAt: sql`${createdAt}`,
  };
  return insertFrom(db, policies, values, sql`${last} where ${when}`).returning();
}

const isLatest = (): SQL =>
  sql`${policies.version} = (select max(other.version) from policies other
    where other.owner = ${policies.owner} and other.name = ${policies.name})`;

function policyOf({ document, ...row }: typeof policies.$inferSelect): readonly StoredPolicy[] {
  return document === null ? [] : [{ ...row, document }];
}
