import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { openLibsqlStore } from "../../src/store/libsql.ts";
import { storeContract } from "./contract.ts";
import { migratedFile } from "./migrated-file.ts";

storeContract("libSQL", async () => {
  const folder = await mkdtemp(join(tmpdir(), "berth-store-"));
  const url = await migratedFile(folder);
  const first = await openLibsqlStore({ url });
  const second = await openLibsqlStore({ url });
  return {
    store: first.store,
    second: second.store,
    dump: () => dump(url),
    async close() {
      await first.close();
      await second.close();
      await rm(folder, { recursive: true });
    },
  };
});

async function dump(url: string) {
  const client = createClient({ url });
  const { rows: tables } = await client.execute(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
  );
  const all: Record<string, readonly unknown[]> = {};
  for (const [name] of tables.map((row) => Object.values(row)))
    if (typeof name === "string") all[name] = (await client.execute(`select * from "${name}"`)).rows;
  client.close();
  return all;
}
