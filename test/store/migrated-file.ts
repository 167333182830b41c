import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { openLibsqlStore } from "../../src/store/libsql.ts";

let made: Promise<Buffer> | undefined;

/** Writes an empty database with all its tables, and gives its address: the migrations run once in a process, not once in a test. */
export async function migratedFile(folder: string): Promise<string> {
  made ??= migrated();
  const path = join(folder, "berth.db");
  await writeFile(path, await made);
  return `file:${path}`;
}

async function migrated(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "berth-tables-"));
  const path = join(folder, "berth.db");
  const { close } = await openLibsqlStore({ url: `file:${path}` });
  await close();
  await checkpoint(`file:${path}`);
  const bytes = await readFile(path);
  await rm(folder, { recursive: true });
  return bytes;
}

/** Brings what is still in the write-ahead log into the file: a copy of the file alone would be without it. */
export async function checkpoint(url: string): Promise<void> {
  const client = createClient({ url });
  await client.execute("pragma wal_checkpoint(truncate)");
  client.close();
}
