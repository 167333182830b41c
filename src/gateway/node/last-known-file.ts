import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Route } from "../../store/store.ts";
import type { LastKnown, Snapshots } from "../snapshots.ts";

/** How often the copy on disk is written anew. */
export const REMEMBER_EVERY_MS = 10_000;
/** Format of the file; a file of another one is not read. */
const VERSION = 1;

/** The last known routes in a file that is replaced whole, so that a crash leaves the old one or the new one. */
export function lastKnownFile(path: string, log: (sentence: string) => void): LastKnown {
  let written = "";
  return {
    async load() {
      try {
        return routesOf(JSON.parse(await readFile(path, "utf8")));
      } catch (error) {
        log(
          `there is no copy of the routes at ${path}: ${error instanceof Error ? error.message : String(error)}`,
        );
        return [];
      }
    },
    async save(routes) {
      const text = JSON.stringify({ version: VERSION, routes });
      if (text === written) return;
      await mkdir(dirname(path), { recursive: true });
      const next = `${path}.next`;
      await rm(next, { force: true });
      const file = await open(next, "wx", 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, path);
      written = text;
    },
  };
}

/** Keeps the copy fresh until the signal aborts; a store that fails is said once in the log and tried again. */
export function rememberAtIntervals(
  snapshots: Pick<Snapshots, "remember">,
  signal: AbortSignal,
  log: (sentence: string) => void,
  everyMs: number = REMEMBER_EVERY_MS,
): void {
  let running = false;
  let failing = false;
  const remember = async () => {
    if (running) return;
    running = true;
    try {
      await snapshots.remember();
      failing = false;
    } catch (error) {
      if (!failing)
        log(
          `the copy of the routes stays as it was: ${error instanceof Error ? error.message : String(error)}`,
        );
      failing = true;
    }
    running = false;
  };
  const timer = setInterval(() => void remember(), everyMs);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  void remember();
}

/** Our own file, written by `save`: its version is what makes it one. */
function routesOf(document: unknown): readonly Route[] {
  if (!isCopy(document)) throw new Error("it has another format");
  return document.routes;
}

function isCopy(document: unknown): document is { readonly routes: readonly Route[] } {
  if (typeof document !== "object" || document === null || !("version" in document)) return false;
  return document.version === VERSION && "routes" in document && Array.isArray(document.routes);
}
