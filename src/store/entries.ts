import { sql, type SQL } from "drizzle-orm";

/**
 * The entries of a JSON list as a table `entry` of (id, value). `limit` keeps SQLite from folding it into the statement, and the cast
 * gives the id a type: only then does it build an index over the list, and a join costs n instead of n squared.
 */
export function entriesOf(list: string): SQL {
  return sql`(select cast(value ->> '$.id' as text) as id, value from json_each(${list}) limit -1) entry`;
}
