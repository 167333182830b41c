import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { d1Store } from "../../src/store/d1.ts";
import { migrate } from "../../src/store/migrate.ts";
import type { OpenStore } from "../store/contract.ts";
import { limited } from "./d1-limits.ts";

let migrated: Promise<readonly string[]> | undefined;

/** An empty store in the test Worker's D1 database: its tables made, their rows gone. */
export async function openD1Store(): Promise<OpenStore> {
  migrated ??= migrate(drizzle(env.DB), env.MIGRATIONS, 0).then(tables);
  await env.DB.batch((await migrated).map((table) => env.DB.prepare(`delete from "${table}"`)));
  return { store: d1Store(limited(env.DB)), second: d1Store(limited(env.DB)), dump, close: async () => {} };
}

async function dump() {
  const all: Record<string, readonly unknown[]> = {};
  for (const table of await tables())
    all[table] = (await env.DB.prepare(`select * from "${table}"`).all()).results;
  return all;
}

async function tables(): Promise<readonly string[]> {
  const { results } = await env.DB.prepare(
    "select name from sqlite_schema where type = 'table' order by name",
  ).all();
  const names = results.map(({ name }) => String(name));
  return names.filter((name) => name !== "migrations" && !/^(sqlite|_cf)_/.test(name));
}
