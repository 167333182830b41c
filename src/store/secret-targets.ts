import { sql, type SQL } from "drizzle-orm";
import { environments, secrets, secretVersions, targets } from "../../db/schema.ts";
import type { Scope } from "./store.ts";

/**
 * The project's own targets whose `credentials` read a secret of this environment, of one name where one is given: rows of `target` and
 * `secret`. A target of the instance reads no project's secrets, so it is never among them.
 */
export function targetsReading({ project, environment }: Scope, name?: string): SQL {
  const named = name === undefined ? sql`true` : sql`home.name = ${name}`;
  return sql`select reader.name as target, home.name as secret from ${targets} reader, ${secrets} home
    where reader.project = ${project} and home.project = ${project} and home.environment = ${environment}
    and home.live and ${named} and (${READS_NEWEST} or ${READS_VERSION})`;
}

const REFERENCE = sql`json_extract(reader.config, '$.credentials.secret')`;
/** Left out it is production, as each cloud's configuration reads it. */
const FOR = sql`coalesce(json_extract(reader.config, '$.credentials.environment'), 'production')`;

// The same as when the value is read: an environment that nobody made counts as staging.
const IS_SHARED = sql`(exists (select 1 from json_each(home.shared, '$.environments') other where other.value = ${FOR})
  or exists (select 1 from json_each(home.shared, '$.classes') class where class.value = coalesce((select place.class
    from ${environments} place where place.project = home.project and place.environment = ${FOR}), 'staging')))`;
const HAS_OWN = sql`exists (select 1 from ${secrets} own where own.project = home.project and own.name = home.name
  and own.environment = ${FOR} and own.live)`;

const READS_NEWEST = sql`(${REFERENCE} = home.name
  and (home.environment = ${FOR} or (${IS_SHARED} and not ${HAS_OWN})))`;
// Numbers are given once in a project, so a version says whose secret is meant.
const READS_VERSION = sql`((home.environment = ${FOR} or ${IS_SHARED}) and exists (select 1 from ${secretVersions} kept
  where kept.project = home.project and kept.environment = home.environment and kept.name = home.name
  and home.name || '@' || kept.version = ${REFERENCE}))`;
