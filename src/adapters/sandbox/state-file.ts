import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "./account.ts";
import type { KeptAccount, SandboxState } from "./state.ts";

/** Versions kept behind the newest, so that a slow writer finds its number taken instead of free again. */
const KEPT_VERSIONS = 16;
/** How often a read starts over because the file it had chosen was replaced meanwhile. */
const MAX_READS = 20;

/**
 * Accounts as JSON files `<target>.v<n>.json` in one folder, one file a version. A version appears by `link`, which is
 * atomic and fails when the name is taken: that is the compare-and-set, and a process killed half way leaves no half file.
 */
export function fileState(folder: string): SandboxState {
  return {
    async load(target) {
      for (let reads = 0; reads < MAX_READS; reads += 1) {
        const newest = (await versions(folder, target)).at(-1);
        if (newest === undefined) return { version: 0, account: undefined };
        const kept = await read(join(folder, fileName(target, newest)), newest);
        if (kept !== undefined) return kept;
      }
      throw new Error(`the sandbox state of ${target} changed at each of ${MAX_READS} reads`);
    },
    async save(target, account, ifVersion) {
      await mkdir(folder, { recursive: true });
      const version = ifVersion + 1;
      if (!(await publish(folder, fileName(target, version), account))) return false;
      const all = await versions(folder, target);
      // A number freed by a faster writer's tidying: ours is history, and must not stay.
      if (all.some((other) => other > version)) {
        await remove(join(folder, fileName(target, version)));
        return false;
      }
      const old = all.filter((other) => other <= version - KEPT_VERSIONS);
      await Promise.all(old.map((other) => remove(join(folder, fileName(target, other)))));
      return true;
    },
  };
}

async function publish(folder: string, name: string, account: Account): Promise<boolean> {
  const draft = join(folder, `.${name}.${randomUUID()}`);
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(JSON.stringify(account));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, join(folder, name));
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await remove(draft);
  }
}

async function read(path: string, version: number): Promise<KeptAccount | undefined> {
  try {
    const account: unknown = JSON.parse(await readFile(path, "utf8"));
    if (!isAccount(account))
      throw new Error(`${path} does not hold a sandbox's state: move it away and start again`);
    return { version, account };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function versions(folder: string, target: string): Promise<readonly number[]> {
  const names = await list(folder);
  const prefix = `${encodeURIComponent(target)}.v`;
  return names
    .filter((name) => name.startsWith(prefix) && name.endsWith(".json"))
    .map((name) => Number(name.slice(prefix.length, -".json".length)))
    .filter((version) => Number.isSafeInteger(version))
    .sort((a, b) => a - b);
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

// Only this module writes these files; the check is against a file that someone put there.
const isAccount = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "creates" in value && "faultsUsed" in value;
const fileName = (target: string, version: number) => `${encodeURIComponent(target)}.v${version}.json`;
const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);
