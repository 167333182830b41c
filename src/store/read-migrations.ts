import { readdir, readFile } from "node:fs/promises";
import { type Migration, statementsOf } from "./migrate.ts";

const FOLDER = new URL("../../db/migrations/", import.meta.url);

/** The migrations of `db/migrations`, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  const read = async (name: string) => statementsOf(await readFile(new URL(name, FOLDER), "utf8"));
  return await Promise.all(names.map(async (name) => ({ name, statements: await read(name) })));
}
