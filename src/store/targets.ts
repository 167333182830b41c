import { and, asc, eq, inArray, isNull, or, sql, type SQL } from "drizzle-orm";
import { targets, units } from "../../db/schema.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { fitting } from "./row-size.ts";
import type { InstanceStore, Target } from "./instance.ts";
import { all } from "./keys.ts";
import { STANDING } from "./units.ts";

type Targets = Pick<
  InstanceStore,
  "putTarget" | "targets" | "target" | "targetById" | "allTargets" | "deleteTarget"
>;

/** Connected places. A project sees its own and the instance's; its own comes first where both have one name. */
export function targetStore(db: Database): Targets {
  return {
    putTarget: (target, ifVersion) => putTarget(db, target, ifVersion),
    async targets(project) {
      const usable = or(eq(targets.project, project), isNull(targets.project));
      const order = [asc(targets.name), sql`${targets.project} is null`];
      const rows = await db
        .select()
        .from(targets)
        .where(usable)
        .orderBy(...order)
        .limit(MAX_LIST);
      return rows.map(targetOf);
    },
    async target(project, name) {
      const usable = and(or(eq(targets.project, project), isNull(targets.project)), eq(targets.name, name));
      const rows = await db
        .select()
        .from(targets)
        .where(usable)
        .orderBy(sql`${targets.project} is null`)
        .limit(1);
      return rows.map(targetOf)[0];
    },
    async targetById(id) {
      return (await db.select().from(targets).where(eq(targets.id, id))).map(targetOf)[0];
    },
    async allTargets() {
      return (await db.select().from(targets).orderBy(asc(targets.id)).limit(MAX_LIST)).map(targetOf);
    },
    async deleteTarget(project, name) {
      const one = named(project, name);
      const standing = and(eq(units.target, targets.id), inArray(units.state, STANDING));
      const [deleted, left] = await db.batch([
        db
          .delete(targets)
          .where(all(one, sql`not exists (select 1 from ${units} where ${standing})`))
          .returning({ id: targets.id }),
        db.select({ id: targets.id }).from(targets).where(one),
      ]);
      if (deleted.length === 1) return "deleted";
      return left.length === 0 ? "absent" : "in-use";
    },
  };
}

async function putTarget(
  db: Database,
  target: Omit<Target, "version">,
  ifVersion: number | undefined,
): Promise<Target | undefined> {
  const { id, project, name, kind, createdAt } = target;
  const config = fitting(`The configuration of target ${name}`, target.config);
  const over =
    ifVersion === undefined || ifVersion === 0
      ? named(project, name)
      : all(named(project, name), eq(targets.version, ifVersion));
  const update = db
    .update(targets)
    .set({ kind, config, version: sql`version + 1` })
    .where(over)
    .returning();
  // Where the name is taken, an insert does nothing; so after the update, in the same batch, only an absent one is made.
  const insert = db
    .insert(targets)
    .values({ id, project: project ?? null, name, kind, config, version: 1, createdAt })
    .onConflictDoNothing()
    .returning();
  if (ifVersion === 0) return (await insert).map(targetOf)[0];
  if (ifVersion !== undefined) return (await update).map(targetOf)[0];
  const [updated, inserted] = await db.batch([update, insert]);
  return [...updated, ...inserted].map(targetOf)[0];
}

function named(project: string | undefined, name: string): SQL {
  return all(
    project === undefined ? isNull(targets.project) : eq(targets.project, project),
    eq(targets.name, name),
  );
}

function targetOf(row: typeof targets.$inferSelect): Target {
  const { id, name, kind, version, createdAt } = row;
  return {
    id,
    project: row.project ?? undefined,
    name,
    kind,
    config: row.config,
    version,
    createdAt,
  };
}
