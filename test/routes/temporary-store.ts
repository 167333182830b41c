import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { openLibsqlStore } from "../../src/store/libsql.ts";
import type { OpenStore } from "../store/contract.ts";
import { migratedFile } from "../store/migrated-file.ts";

/** A libSQL store in a file of its own, removed when it is closed. */
export async function openTemporaryStore(): Promise<OpenStore> {
  const folder = await mkdtemp(join(tmpdir(), "berth-routes-"));
  const url = await migratedFile(folder);
  const { store, close } = await openLibsqlStore({ url });
  return {
    store,
    second: store,
    dump: () => dump(url),
    close: async () => {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}

async function dump(url: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const client = createClient({ url });
  const tables = await client.execute(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
  );
  const all: Record<string, readonly unknown[]> = {};
  for (const row of tables.rows) {
    const name = row["name"];
    if (typeof name === "string") all[name] = (await client.execute(`select * from "${name}"`)).rows;
  }
  client.close();
  return all;
}
