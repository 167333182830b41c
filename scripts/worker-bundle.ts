import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const ROOT = join(import.meta.dirname, "..");
/** The package's own entry point, started by this very Node. */
export const WRANGLER = fileURLToPath(
  new URL("bin/wrangler.js", import.meta.resolve("wrangler/package.json")),
);
/** Nothing is asked of a network: no figures sent, no newer version looked for. */
export const QUIET = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CI: "true" };

/** A Worker as it would be uploaded. */
export interface WorkerBundle {
  readonly script: string;
  readonly gzipBytes: number;
  /** Every file that went into it, as paths from the repository's root. */
  readonly inputs: readonly string[];
}

/** Builds a Worker as `wrangler deploy` would and keeps nothing. Throws with wrangler's own words when it does not build. */
export async function bundleWorker(config: string, entry: string): Promise<WorkerBundle> {
  const folder = await mkdtemp(join(tmpdir(), "berth-worker-"));
  try {
    await build(["deploy", "--dry-run", "-c", config, "--outdir", folder, "--metafile"]);
    const script = await readFile(join(folder, `${entry}.js`), "utf8");
    const { inputs }: { readonly inputs: Readonly<Record<string, unknown>> } = JSON.parse(
      await readFile(join(folder, "bundle-meta.json"), "utf8"),
    );
    return { script, gzipBytes: gzipSync(script).length, inputs: Object.keys(inputs) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function build(argv: readonly string[]): Promise<void> {
  const env = { ...process.env, ...QUIET };
  const child = spawn(process.execPath, [WRANGLER, ...argv], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => said.push(String(chunk)));
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`wrangler ${argv.join(" ")} ends with ${String(code)}:\n${said.join("")}`);
}
