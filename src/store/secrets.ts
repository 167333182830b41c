import { and, asc, desc, eq, ne, sql, type SQL } from "drizzle-orm";
import { secrets, secretVersions, units } from "../../db/schema.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { insertEvents } from "./events.ts";
import { insertFrom, ONE_ROW } from "./insert-from.ts";
import { all } from "./keys.ts";
import {
  KEPT_VERSIONS,
  secretLog,
  type SecretStore,
  type SecretWrite,
  type StoredSecret,
} from "./secret-store.ts";
import { targetsReading } from "./secret-targets.ts";
import type { Scope } from "./store.ts";

/** Sealed secrets over one database. */
export function secretStore(db: Database): SecretStore {
  return { ...reads(db), ...writes(db), ...rewraps(db) };
}

type Reads = Pick<
  SecretStore,
  | "secret"
  | "secrets"
  | "secretsNamed"
  | "secretVersions"
  | "lastSecretVersion"
  | "sealedSecret"
  | "secretUses"
  | "secretTargets"
>;

function reads(db: Database): Reads {
  const live = (where: SQL) =>
    db
      .select()
      .from(secrets)
      .where(all(eq(secrets.live, true), where))
      .orderBy(asc(secrets.name), asc(secrets.environment))
      .limit(MAX_LIST);
  return {
    async secret(scope, name) {
      return (await live(ofSecret(scope, name))).map(secretOf)[0];
    },
    async secrets(scope) {
      return (await live(inScope(secrets, scope))).map(secretOf);
    },
    async secretsNamed(project, names) {
      const named = sql`${secrets.name} in (select value from json_each(${JSON.stringify(names)}))`;
      return (await live(all(eq(secrets.project, project), named))).map(secretOf);
    },
    async secretVersions(scope, name) {
      const { version, bytes, createdAt, createdBy } = secretVersions;
      return await db
        .select({ name: secretVersions.name, version, bytes, createdAt, createdBy })
        .from(secretVersions)
        .where(
          and(inScope(secretVersions, scope), name === undefined ? undefined : eq(secretVersions.name, name)),
        )
        .orderBy(asc(secretVersions.name), desc(version))
        .limit(MAX_LIST);
    },
    async lastSecretVersion(project, name) {
      const [row] = await db
        .select({ last: sql<number>`coalesce(max(${secrets.version}), 0)` })
        .from(secrets)
        .where(all(eq(secrets.project, project), eq(secrets.name, name)));
      return row?.last ?? 0;
    },
    async sealedSecret(project, name, version) {
      const same = all(
        eq(secrets.project, secretVersions.project),
        eq(secrets.environment, secretVersions.environment),
        eq(secrets.name, secretVersions.name),
        eq(secrets.live, true),
      );
      const [row] = await db
        .select({ secret: secrets, sealed: secretVersions.sealed, bytes: secretVersions.bytes })
        .from(secretVersions)
        .innerJoin(secrets, same)
        .where(
          all(
            eq(secretVersions.project, project),
            eq(secretVersions.name, name),
            eq(secretVersions.version, version),
          ),
        );
      if (row === undefined) return undefined;
      return { ...secretOf(row.secret), of: version, sealed: row.sealed, bytes: row.bytes };
    },
    async secretUses(project, name) {
      const pinned = name === undefined ? sql`pin.value like '%@%'` : pinsName(name);
      return await db
        .selectDistinct({
          environment: units.environment,
          workload: units.workload,
          reference: sql<string>`pin.value`,
        })
        .from(units)
        .innerJoin(PINS, IS_PIN)
        .where(all(eq(units.project, project), ne(units.state, "gone"), pinned))
        .orderBy(asc(units.environment), asc(units.workload))
        .limit(MAX_LIST);
    },
    async secretTargets(scope, name) {
      return await db
        .selectDistinct({ target: sql<string>`target`, secret: sql<string>`secret` })
        .from(sql`(${targetsReading(scope, name)})`)
        .orderBy(sql`target`, sql`secret`)
        .limit(MAX_LIST);
    },
  };
}

function writes(db: Database): Pick<SecretStore, "putSecret" | "deleteSecret"> {
  return {
    async putSecret(scope, write) {
      const { value } = write;
      const won =
        value === undefined ? await share(db, scope, write) : await addVersion(db, scope, write, value);
      return won.length === 1;
    },
    async deleteSecret(scope, name, event) {
      const pinned = sql`exists (select 1 from ${units}, ${PINS} where ${units.project} = ${scope.project}
        and ${units.state} <> 'gone' and ${IS_PIN} and ${pinsName(name)}
        and exists (select 1 from ${secretVersions} where ${ofVersions(scope, name)}
          and ${name} || '@' || ${secretVersions.version} = pin.value))`;
      const unread = sql`not exists (${targetsReading(scope, name)})`;
      const free = all(ofSecret(scope, name), eq(secrets.live, true), sql`not ${pinned}`, unread);
      const freed = sql`exists (select 1 from ${secrets} where ${free})`;
      const [before] = await db.batch([
        db.select({ live: secrets.live }).from(secrets).where(ofSecret(scope, name)),
        ...insertEvents(db, scope, secretLog(name), [event], freed),
        db
          .update(secrets)
          .set({ live: false, shared: null, updatedAt: event.at, updatedBy: event.actor })
          .where(free),
        db
          .delete(secretVersions)
          .where(
            all(
              ofVersions(scope, name),
              sql`not exists (select 1 from ${secrets} where ${ofSecret(scope, name)} and ${secrets.live})`,
            ),
          ),
      ]);
      if (before[0]?.live !== true) return "absent";
      const [after] = await db.select({ live: secrets.live }).from(secrets).where(ofSecret(scope, name));
      return after?.live === true ? "in-use" : "deleted";
    },
  };
}

function rewraps(db: Database): Pick<SecretStore, "secretsNotUnder" | "resealSecret"> {
  const { project, environment, name, version, sealed } = secretVersions;
  return {
    async secretsNotUnder(keyId, limit, after) {
      const further =
        after === undefined
          ? sql`true`
          : sql`(${project}, ${name}, ${version}) > (${after.project}, ${after.name}, ${after.version})`;
      return await db
        .select({ project, environment, name, version, sealed })
        .from(secretVersions)
        .where(all(ne(secretVersions.keyId, keyId), further))
        .orderBy(asc(project), asc(name), asc(version))
        .limit(limit);
    },
    async resealSecret(row, fresh, keyId) {
      const same = all(
        eq(project, row.project),
        eq(name, row.name),
        eq(version, row.version),
        eq(sealed, row.sealed),
      );
      const changed = await db
        .update(secretVersions)
        .set({ sealed: fresh, keyId })
        .where(same)
        .returning({ version });
      return changed.length === 1;
    },
  };
}

/** A new version, and the secret as it stands with it; nothing when another writer took its number. */
async function addVersion(
  db: Database,
  scope: Scope,
  write: SecretWrite,
  { version, sealed, keyId, bytes }: NonNullable<SecretWrite["value"]>,
): Promise<readonly unknown[]> {
  const { name, shared, last, actor, now, event } = write;
  const named = all(eq(secrets.project, scope.project), eq(secrets.name, name));
  const isNext = sql`${last} = (select coalesce(max(${secrets.version}), 0) from ${secrets} where ${named})`;
  const mine = sql`exists (select 1 from ${secretVersions} where ${ofVersions(scope, name)}
    and ${secretVersions.version} = ${version} and ${secretVersions.sealed} = ${sealed})`;
  const key = { ...bound(scope), name: sql`${name}`, version: sql`${version}` };
  const by = { createdAt: sql`${now}`, createdBy: sql`${actor}` };
  const value = { sealed: sql`${sealed}`, keyId: sql`${keyId}`, bytes: sql`${bytes}` };
  const changes = { version, live: true, shared: shared ?? null, updatedAt: now, updatedBy: actor };
  const [added] = await db.batch([
    insertFrom(db, secretVersions, { ...key, ...value, ...by }, sql`${ONE_ROW} where ${isNext}`).returning({
      version: secretVersions.version,
    }),
    ...insertEvents(db, scope, secretLog(name), [event], mine),
    insertFrom(
      db,
      secrets,
      {
        ...key,
        ...by,
        live: sql`1`,
        shared: sql`${shared === undefined ? null : JSON.stringify(shared)}`,
        updatedAt: by.createdAt,
        updatedBy: by.createdBy,
      },
      sql`${ONE_ROW} where ${mine}`,
    ).onConflictDoUpdate({
      target: [secrets.project, secrets.environment, secrets.name],
      // What was removed and is made anew begins anew.
      set: {
        ...changes,
        createdAt: sql`case when ${secrets.live} then ${secrets.createdAt} else ${now} end`,
        createdBy: sql`case when ${secrets.live} then ${secrets.createdBy} else ${actor} end`,
      },
    }),
    prune(db, scope, name),
  ]);
  return added;
}

async function share(db: Database, scope: Scope, write: SecretWrite): Promise<readonly unknown[]> {
  const { name, shared, actor, now, event } = write;
  const there = all(ofSecret(scope, name), eq(secrets.live, true));
  const [changed] = await db.batch([
    db
      .update(secrets)
      .set({ shared: shared ?? null, updatedAt: now, updatedBy: actor })
      .where(there)
      .returning({ name: secrets.name }),
    ...insertEvents(
      db,
      scope,
      secretLog(name),
      [event],
      sql`exists (select 1 from ${secrets} where ${there})`,
    ),
  ]);
  return changed;
}

/** Takes away what nobody needs any more: neither new enough nor pinned by a unit that stands. */
function prune(db: Database, scope: Scope, name: string) {
  const newest = sql`(select version from ${secretVersions} other where other.project = ${scope.project}
    and other.environment = ${scope.environment} and other.name = ${name} order by version desc limit ${KEPT_VERSIONS})`;
  return db.delete(secretVersions).where(
    all(
      ofVersions(scope, name),
      sql`${secretVersions.version} not in ${newest}`,
      sql`not exists (select 1 from ${units}, ${PINS} where ${units.project} = ${scope.project}
        and ${units.state} <> 'gone' and ${IS_PIN} and pin.value = ${name} || '@' || ${secretVersions.version})`,
    ),
  );
}

/** Every value of a unit's template. */
const PINS = sql`json_tree(${units.body}, '$.template') pin`;
/** Those that are references to secrets. */
const IS_PIN = sql`pin.type = 'text' and (pin.path = '$.template.secrets'
  or pin.path like '$.template.sidecars[%].secrets' or (pin.key = 'secret' and pin.path like '$.template.files[%'))`;
const pinsName = (name: string): SQL =>
  sql`instr(${units.body}, ${`"${name}@`}) > 0 and substr(pin.value, 1, ${name.length + 1}) = ${`${name}@`}`;

type Keyed =
  | Pick<typeof secrets, "project" | "environment">
  | Pick<typeof secretVersions, "project" | "environment">;

const inScope = (table: Keyed, scope: Scope): SQL =>
  all(eq(table.project, scope.project), eq(table.environment, scope.environment));
const ofSecret = (scope: Scope, name: string): SQL => all(inScope(secrets, scope), eq(secrets.name, name));
const ofVersions = (scope: Scope, name: string): SQL =>
  all(inScope(secretVersions, scope), eq(secretVersions.name, name));
const bound = (scope: Scope) => ({
  project: sql`${scope.project}`,
  environment: sql`${scope.environment}`,
});

function secretOf({ live: _live, shared, ...row }: typeof secrets.$inferSelect): StoredSecret {
  return { ...row, ...(shared === null ? {} : { shared }) };
}
