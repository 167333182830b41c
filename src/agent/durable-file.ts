import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replace a file so that a crash at any moment leaves a whole one: the new text is on the disk before it takes the name, and the
 * one before is kept as `<path>.previous`. One writer at a time.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const fresh = await writeBeside(path, text);
  await unlessAbsent(rename(path, `${path}.previous`));
  await moveTo(fresh, path);
}

/** The same without the copy: of what is replaced nothing is left under any name. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await moveTo(await writeBeside(path, text), path);
}

async function writeBeside(path: string, text: string): Promise<string> {
  const fresh = `${path}.new`;
  const file = await open(fresh, "w", OWNER_ONLY);
  try {
    await file.writeFile(text, "utf8");
    await file.sync();
  } finally {
    await file.close();
  }
  return fresh;
}

async function moveTo(fresh: string, path: string): Promise<void> {
  await rename(fresh, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The newest whole copy of a file, as `parse` understands it; undefined when there is none. `parse` throws on anything torn. */
export async function readDurably<T>(
  path: string,
  parse: (text: string) => T,
  log: (sentence: string) => void,
): Promise<T | undefined> {
  for (const candidate of [path, `${path}.previous`]) {
    const text = await unlessAbsent(readFile(candidate, "utf8"));
    if (text === undefined) continue;
    try {
      return parse(text);
    } catch (error) {
      log(
        `${candidate} cannot be read and is left aside: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return undefined;
}

const OWNER_ONLY = 0o600;

/** What a file call gives, or undefined when there is no such file. */
export async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
