import { asc, eq, getTableColumns, gt, inArray, sql, type SQL } from "drizzle-orm";
import { agents, attempts, runs, targets, units } from "../../db/schema.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { all, ofWorkload } from "./keys.ts";
import type { UnitAt } from "./run-store.ts";
import type { Scope, Store } from "./store.ts";
import { storedUnitOf } from "./unit-row.ts";

const UNITS_A_PAGE = 500;
const MAX_PAGES = MAX_LIST / UNITS_A_PAGE;
/** The states of a unit of which something may still stand. */
export const STANDING = ["wanted", "doomed"] as const;

/** Reads of units. */
export function unitReads(db: Database): Pick<Store, "units" | "unitIds" | "unitsAt" | "unitAt"> {
  return {
    async units(scope, workload) {
      return (await selectUnits(db, standingOf(scope, workload)).orderBy(asc(units.id))).map(storedUnitOf);
    },
    async unitIds(scope, workload) {
      const rows = await db
        .select({ id: units.id })
        .from(units)
        .where(ofWorkload(units, scope, workload));
      return new Set(rows.map((row) => row.id));
    },
    async unitAt(target, id) {
      const one = all(eq(units.target, target), inArray(units.state, STANDING), eq(units.id, id));
      return (await selectUnits(db, one).limit(1)).map(storedUnitOf)[0];
    },
    async unitsAt(target) {
      const found: UnitAt[] = [];
      let after = "";
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const there = all(eq(units.target, target), inArray(units.state, STANDING), gt(units.id, after));
        const rows = await selectWith(db, there, { tries: HELD_TRIES })
          .orderBy(asc(units.id))
          .limit(UNITS_A_PAGE);
        found.push(...rows.map((row) => ({ ...storedUnitOf(row), tries: row.tries })));
        after = rows.at(-1)?.id ?? after;
        if (rows.length < UNITS_A_PAGE) return found;
      }
      // A list cut short would make known units look unrecognised.
      throw new Error(`target ${target} holds more than ${MAX_LIST} units`);
    },
  };
}

/** Units of a workload that are not gone. */
export function standingOf(scope: Scope, workload: string): SQL {
  return all(ofWorkload(units, scope, workload), inArray(units.state, STANDING));
}

/** Rows of units, each with the time of the last complete look: the target's, or its agent's at its own host. */
export function selectUnits(db: Database, where: SQL) {
  return selectWith(db, where, {});
}

function selectWith<More extends Record<string, SQL.Aliased>>(db: Database, where: SQL, more: More) {
  return db
    .select({
      ...getTableColumns(units),
      ...more,
      sweptAt: sql<number>`max(coalesce(${targets.sweptAt}, 0), coalesce(${agents.sweptAt}, 0))`.as(
        "swept_at",
      ),
    })
    .from(units)
    .leftJoin(targets, eq(targets.id, units.target))
    .leftJoin(agents, eq(agents.id, units.host))
    .where(where)
    .$dynamic();
}

// Of a run that is done nothing is left, and those that are not are few: the cross join and the plus make SQLite begin with them, and not
// with every try that a unit has had.
const HELD_TRIES = sql`(select json_group_array(${attempts.name}) from ${runs} cross join ${attempts}
  on ${attempts.project} = ${runs.project} and ${attempts.environment} = ${runs.environment}
  and ${attempts.workload} = ${runs.workload} and ${attempts.run} = ${runs.id}
  where ${runs.project} = ${units.project} and ${runs.environment} = ${units.environment}
  and ${runs.workload} = ${units.workload} and not ${runs.done}
  and +${attempts.unit} = ${units.id} and not ${attempts.released})`
  .mapWith((names: string): readonly string[] => JSON.parse(names))
  .as("tries");
