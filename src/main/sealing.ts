import { randomUUID } from "node:crypto";
import { access, link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSealer, noSealer, type Sealer } from "../identity/seal.ts";
import { HOW_TO_SET, newSealingKey, parseSealingKeys } from "../identity/sealing-keys.ts";
import type { NodeConfig } from "./config.ts";

/** The sealer of a Node broker, and the file its key was put into when this start made one. */
export interface Sealing {
  readonly sealer: Sealer;
  readonly newFile: string | undefined;
}

const FILE = "sealing-keys";

/**
 * The keys of the environment, else those of the data folder, where the first start makes one (mode 0600). A database that other
 * processes may share gets no key of this folder's making. Throws a sentence when the file says no keys.
 */
export async function sealingOf(
  config: Pick<NodeConfig, "sealingKeys" | "dataDir" | "databaseUrl">,
  random: (bytes: number) => Uint8Array,
): Promise<Sealing> {
  if (config.sealingKeys !== undefined)
    return { sealer: createSealer(config.sealingKeys, random), newFile: undefined };
  if (config.databaseUrl !== undefined) {
    const because = "the database is not this folder's own, so whatever shares it needs the same key";
    return { sealer: noSealer(`Nothing can be sealed: ${because}; ${HOW_TO_SET}.`), newFile: undefined };
  }
  const file = join(config.dataDir, FILE);
  // A key is not even made where there is one.
  const made = !(await isThere(file)) && (await makeOnce(file, `${newSealingKey(random)}\n`));
  const { keys, problems } = parseSealingKeys(await readFile(file, "utf8"));
  if (keys === undefined) throw new Error(`${file} holds no sealing keys. ${problems.join(" ")}`.trimEnd());
  return { sealer: createSealer(keys, random), newFile: made ? file : undefined };
}

/**
 * Writes a file that only its owner reads, unless it is there; whole at once for who starts at the same time, and flushed, for what is
 * sealed next must be opened after a crash.
 */
async function makeOnce(file: string, text: string): Promise<boolean> {
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, text, { mode: 0o600, flag: "wx", flush: true });
  try {
    await link(fresh, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(fresh);
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
