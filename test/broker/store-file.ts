import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { openLibsqlStore, type OpenedStore } from "../../src/store/libsql.ts";
import type { Store } from "../../src/store/store.ts";
import { checkpoint, migratedFile } from "../store/migrated-file.ts";

/** A libSQL store in a temporary folder that can be copied aside and put back, as a backup is. */
export interface StoreFile {
  readonly store: Store;
  /** The rows of every table as one text; heartbeats (a look's own time, a lease, an agent's report) are left out. */
  dump(): Promise<string>;
  backUp(): Promise<void>;
  /** Closes the store and opens a copy of the backup in its place. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** Opens an empty store. The caller closes it, and then nothing is left. */
export async function openStoreFile(): Promise<StoreFile> {
  const folder = await mkdtemp(join(tmpdir(), "berth-broker-"));
  const backup = join(folder, "backup.db");
  let copies = 0;
  let url = await migratedFile(folder);
  let opened: OpenedStore = await openLibsqlStore({ url });
  return {
    get store() {
      return opened.store;
    },
    dump: () => dump(url),
    async backUp() {
      await checkpoint(url);
      await copyFile(new URL(url), backup);
    },
    async restore() {
      await opened.close();
      copies += 1;
      url = `file:${join(folder, `restored-${copies}.db`)}`;
      await copyFile(backup, new URL(url));
      opened = await openLibsqlStore({ url });
    },
    async close() {
      await opened.close();
      await rm(folder, { recursive: true });
    },
  };
}

const HEARTBEATS: Readonly<Record<string, readonly string[]>> = {
  targets: ["swept_at"],
  agents: ["swept_at", "report", "seen_at"],
};

async function dump(url: string): Promise<string> {
  const client = createClient({ url });
  const tables = await client.execute(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
  );
  const lines: string[] = [];
  for (const { name: table } of tables.rows) {
    if (typeof table !== "string" || table === "leases") continue;
    const { columns, rows } = await client.execute(`select * from "${table}"`);
    const kept = columns.filter((column) => !(HEARTBEATS[table] ?? []).includes(column));
    for (const row of rows) lines.push(JSON.stringify([table, ...kept.map((column) => row[column])]));
  }
  client.close();
  return lines.join("\n");
}
