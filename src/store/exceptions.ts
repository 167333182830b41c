import { and, asc, desc, eq, sql, type SQL } from "drizzle-orm";
import { approvals, events, exceptions, workloads } from "../../db/schema.ts";
import type { Database } from "./database.ts";
import { insertFrom } from "./insert-from.ts";
import { fitting } from "./row-size.ts";
import type { StoredException, WhetherStore } from "./whether.ts";

type Exceptions = Pick<
  WhetherStore,
  "insertException" | "exception" | "exceptions" | "exceptionsEnding" | "tellException"
>;

/** Workloads that hear of an exception's end; one that is for more of them is told to the first. */
const MAX_TOLD = 1_000;

/** Rules that do not count for some workloads until a time. */
export function exceptionStore(db: Database): Exceptions {
  const read = (where: SQL | undefined) =>
    db.select({ row: exceptions, words: WORDS }).from(exceptions).where(where).$dynamic();
  return {
    async insertException({ approvals: _none, ...exception }) {
      fitting(`Exception ${exception.id}`, exception);
      await db.insert(exceptions).values(exception);
    },
    async exception(project, id) {
      return (await read(key(project, id))).map(exceptionOf)[0];
    },
    async exceptions(project, { standingAt, limit }) {
      const standing = standingAt === undefined ? undefined : sql`ended_at is null and until > ${standingAt}`;
      const rows = await read(and(eq(exceptions.project, project), standing))
        .orderBy(desc(exceptions.until), asc(exceptions.id))
        .limit(limit);
      return rows.map(exceptionOf);
    },
    async exceptionsEnding(now, soon, limit) {
      const rows = await read(
        sql`ended_at is null and until <= ${soon} and (told_at is null or until <= ${now})`,
      )
        .orderBy(asc(exceptions.until))
        .limit(limit);
      return rows.map(exceptionOf);
    },
    async tellException(exception, what, event) {
      const { project, id, until } = exception;
      const untold = and(
        key(project, id),
        what === "soon" ? sql`ended_at is null and told_at is null` : sql`ended_at is null`,
      );
      const when = sql`exists (select 1 from ${exceptions} where ${untold})`;
      fitting(`The event ${event.type}`, event);
      const [asked] = await db.batch([
        db.select({ id: exceptions.id }).from(exceptions).where(untold),
        insertFrom(
          db,
          events,
          {
            project: sql`workload.project`,
            environment: sql`workload.environment`,
            workload: sql`workload.name`,
            seq: sql`1 + (select coalesce(max(seq), 0) from ${events} where ${events.project} = workload.project
              and ${events.environment} = workload.environment and ${events.workload} = workload.name)`,
            at: sql`${event.at}`,
            type: sql`${event.type}`,
            actor: sql`${event.actor}`,
            message: sql`${event.message}`,
            data: sql`${JSON.stringify(event.data)}`,
          },
          sql`${workloads} workload where ${isFor(exception)} and ${when} limit ${MAX_TOLD}`,
        ),
        db
          .update(exceptions)
          .set(what === "soon" ? { toldAt: event.at } : { endedAt: until })
          .where(untold),
      ]);
      return asked.length === 1;
    },
  };
}

const key = (project: string, id: string) => and(eq(exceptions.project, project), eq(exceptions.id, id));

function isFor({ project, select: { environments, workloads: names } }: StoredException): SQL {
  const among = (column: string, list: readonly string[] | undefined) =>
    list === undefined
      ? sql`true`
      : sql`workload.${sql.raw(column)} in (select value from json_each(${JSON.stringify(list)}))`;
  return sql`workload.project = ${project} and ${among("environment", environments)} and ${among("name", names)}`;
}

/** The words on it, as JSON. */
const WORDS = sql<string>`(select coalesce(json_group_array(json_object(
  'token', word.token, 'actor', word.actor, 'ofInstance', word.of_instance, 'at', word.at)), '[]')
  from ${approvals} word where word.project = ${exceptions.project} and word.subject = ${exceptions.id})`;

interface Word {
  readonly token: string;
  readonly actor: string;
  readonly ofInstance: number;
  readonly at: number;
}

function exceptionOf({
  row,
  words,
}: {
  readonly row: typeof exceptions.$inferSelect;
  readonly words: string;
}): StoredException {
  const { project, id, rule, select, reason, until, createdAt, requester, endedAt } = row;
  const said: readonly Word[] = JSON.parse(words);
  return {
    project,
    id,
    rule,
    select,
    reason,
    until,
    createdAt,
    requester,
    approvals: said
      .map((word) => ({ ...word, ofInstance: word.ofInstance === 1 }))
      .sort((a, b) => a.at - b.at),
    ...(endedAt === null ? {} : { endedAt }),
  };
}
