import { createClient } from "@libsql/client";
import { drizzle } from "drizzle-orm/libsql";
import { createStore, type StoreOptions } from "./create-store.ts";
import { migrate } from "./migrate.ts";
import { readMigrations } from "./read-migrations.ts";
import type { Store } from "./store.ts";

/** How long a process waits for another one's write lock, ms. */
const BUSY_TIMEOUT_MS = 5_000;
/**
 * Pages of 4 KiB in the write-ahead log before they are brought into the file. SQLite's own 1,000 are two commits of 500 placements: the
 * pages of indexes that every commit changes would be copied, and the disk waited for, each time.
 */
const CHECKPOINT_PAGES = 4_000;

export interface LibsqlOptions extends StoreOptions {
  /** `file:/path/to.db`, or the `http(s)://` or `ws(s)://` address of a libSQL server. */
  readonly url: string;
  readonly authToken?: string | undefined;
  /** Clock for the note of when a migration was applied, ms since the epoch. */
  readonly now?: number | undefined;
}

export interface OpenedStore {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** Opens the store in a SQLite file or on a libSQL server, its tables brought up to date. The file's folder must exist. */
export async function openLibsqlStore(options: LibsqlOptions): Promise<OpenedStore> {
  const { url, authToken } = options;
  // One connection: the local client runs each call to its end, and settings belong to a connection.
  const client = createClient({
    url,
    ...(authToken === undefined ? {} : { authToken }),
    ...(url.startsWith("file:") ? { concurrency: 1, timeout: BUSY_TIMEOUT_MS } : {}),
  });
  if (url.startsWith("file:")) {
    await client.execute("pragma journal_mode = wal");
    await client.execute("pragma synchronous = normal");
    await client.execute(`pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  }
  // Take the write lock at the start: a batch that first reads and then writes would otherwise fail, not wait, when another process wrote between.
  const batch = client.batch.bind(client);
  client.batch = (statements) => batch(statements, "write");
  const db = drizzle(client);
  await migrate(db, await readMigrations(), options.now ?? 0);
  const close = async () => client.close();
  return { store: createStore(db, options), close };
}
