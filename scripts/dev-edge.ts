/**
 * Both Workers on this machine, with a local database: `npm run dev:edge`. Arguments go to wrangler (npm run dev:edge -- --port 8800).
 * BERTH_ADMIN_TOKEN is the administrator's; without it one is made and printed. BERTH_DATA_DIR (./.berth) holds the state.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { QUIET, WRANGLER } from "./worker-bundle.ts";

const ROOT = join(import.meta.dirname, "..");
const DATABASE = "berth";
const DATA_DIR = process.env["BERTH_DATA_DIR"] ?? join(ROOT, ".berth");
const state = ["--persist-to", join(DATA_DIR, "workers")];
const given = process.env["BERTH_ADMIN_TOKEN"] ?? "";
const token = given === "" ? randomBytes(24).toString("base64url") : given;

const migrated = await wrangler(
  ["d1", "migrations", "apply", DATABASE, "--local", "-c", "wrangler.toml", ...state],
  QUIET,
);
if (migrated === 0) {
  if (token !== given) console.log(`\n  export BERTH_TOKEN=${token}\n`);
  const both = ["-c", "wrangler.toml", "-c", "wrangler.control.toml"];
  const settings = {
    WRANGLER_SEND_METRICS: "false",
    BERTH_ADMIN_TOKEN: token,
    BERTH_SEALING_KEYS: await sealingKeys(),
  };
  process.exitCode = await wrangler(["dev", ...both, ...state, ...process.argv.slice(2)], settings);
} else process.exitCode = migrated;

/** The keys that secrets are sealed with: given, or made once and kept beside the state. */
async function sealingKeys(): Promise<string> {
  const keys = process.env["BERTH_SEALING_KEYS"] ?? "";
  if (keys !== "") return keys;
  const file = join(DATA_DIR, "workers-sealing-keys");
  await mkdir(DATA_DIR, { recursive: true, mode: 0o700 });
  const made = `k1:${randomBytes(32).toString("base64")}`;
  await writeFile(file, made, { mode: 0o600, flag: "wx" }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  });
  return readFile(file, "utf8");
}

/** Runs wrangler with this process's streams until it ends; gives its exit code. */
function wrangler(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [WRANGLER, ...argv], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  // A terminal tells both; a service manager tells only this one, which passes it on.
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", pass);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGTERM", pass);
      resolve(code ?? 1);
    });
  });
}
