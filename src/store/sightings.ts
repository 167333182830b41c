import { all } from "./keys.ts";
import { eq, inArray, sql, type SQL } from "drizzle-orm";
import { agents, targets, units } from "../../db/schema.ts";
import { makeDueWhere } from "./claims.ts";
import type { Database, Statement } from "./database.ts";
import { entriesOf } from "./entries.ts";
import { noteAbsence, notePhases } from "./meter-facts.ts";
import { jsonLists } from "./row-size.ts";
import type { Store } from "./store.ts";
import { observationEntry } from "./unit-row.ts";
import { STANDING } from "./units.ts";

/** How long after its creation a unit may be missing from a complete look before that is believed. */
export const ABSENCE_GRACE_MS = 60_000;
/** While looks stay incomplete, how old an unchanged observation may get before it is written again as still true. */
const CONFIRM_AFTER_MS = 10_000;

type Sighting = Parameters<Store["observed"]>[1];

/** What the sweep saw: only differences are written, and wake their workloads. */
export function sightings(db: Database, absenceGraceMs: number): Pick<Store, "observed"> {
  return {
    async observed(target, sighting, now) {
      const changes = changesOf(db, sighting, now - absenceGraceMs, target);
      let changed = 0;
      for (const change of changes) {
        // In this order: what differs must still differ when its workloads are made due.
        const [, , rows] = await db.batch([
          makeDueWhere(db, workloadsOf(change), now),
          change.note(now),
          db
            .update(units)
            .set({ ...change.set, observedAt: now })
            .from(change.from)
            .where(change.where)
            .returning({ id: units.id }),
        ]);
        changed += rows.length;
      }
      if (sighting.complete) await noteMissing(db, sighting, target);
      await confirm(db, target, sighting, now);
      return changed;
    },
  };
}

interface Change {
  readonly from: SQL;
  readonly where: SQL;
  readonly set: Readonly<Record<"observation" | "seenAt", SQL | null>>;
  /** What the meter is told of it. */
  readonly note: (now: number) => Statement;
}

function changesOf(
  db: Database,
  sighting: Sighting,
  appliedBefore: number,
  target: string,
): readonly Change[] {
  const changes = jsonLists(sighting.observations.map(observationEntry)).map((list) => {
    const from = entriesOf(list);
    const where = all(
      standingAt(target, sighting),
      sql`${units.id} = entry.id`,
      sql`${units.observation} is not (entry.value -> '$.body')`,
    );
    return {
      from,
      where,
      note: (now: number) => notePhases(db, from, where, now),
      set: { observation: sql`entry.value -> '$.body'`, seenAt: sql`entry.value ->> '$.at'` },
    };
  });
  return sighting.complete ? [...changes, absent(db, sighting, appliedBefore, target)] : changes;
}

// A unit just created may not be listed yet, so absence needs an age.
function absent(db: Database, sighting: Sighting, appliedBefore: number, target: string): Change {
  const longThere = all(unlisted(sighting, target), sql`${units.appliedAt} < ${appliedBefore}`);
  const from = sql`(select 1) once`;
  const note = (now: number) => noteAbsence(db, from, longThere, now);
  return { from, where: longThere, set: { observation: null, seenAt: null }, note };
}

// What is too young to be believed absent is not confirmed by this look either. Seen again, its text differs and is written anew.
async function noteMissing(db: Database, sighting: Sighting, target: string): Promise<void> {
  await db
    .update(units)
    .set({ observation: sql`json_set(${units.observation}, '$.missing', json('true'))` })
    .where(all(unlisted(sighting, target), sql`${units.observation} ->> '$.missing' is null`));
}

/** Units that have been seen, and that this look does not list. */
function unlisted(sighting: Sighting, target: string): SQL {
  const absences = idLists(sighting).map(
    (list) => sql`${units.id} not in (select value from json_each(${list}))`,
  );
  return all(standingAt(target, sighting), sql`${units.observation} is not null`, ...absences);
}

// The age of what did not change: a complete look confirms all of a target or host in one row, an incomplete one only what it saw.
async function confirm(db: Database, target: string, sighting: Sighting, now: number): Promise<void> {
  if (sighting.complete) {
    const { host } = sighting;
    if (host === undefined) await db.update(targets).set({ sweptAt: now }).where(eq(targets.id, target));
    else await db.update(agents).set({ sweptAt: now }).where(eq(agents.id, host));
    return;
  }
  for (const list of idLists(sighting))
    await db
      .update(units)
      .set({ observedAt: now })
      .where(
        all(
          standingAt(target, sighting),
          sql`${units.id} in (select value from json_each(${list}))`,
          sql`${units.observedAt} < ${now - CONFIRM_AFTER_MS}`,
        ),
      );
}

const idLists = (sighting: Sighting) => jsonLists(sighting.observations.map((seen) => seen.unit));

function standingAt(target: string, { host }: Sighting): SQL {
  const standing = all(eq(units.target, target), inArray(units.state, STANDING));
  return host === undefined ? standing : all(standing, eq(units.host, host));
}

const workloadsOf = ({ from, where }: Change) =>
  sql`(project, environment, name) in (select units.project, units.environment, units.workload from units, ${from} where ${where})`;
