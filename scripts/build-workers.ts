/** Builds both Workers without deploying them, prints their sizes, and fails when one of them is not what it may be. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleWorker } from "./worker-bundle.ts";
import { CONTROL, EDGE, objections, type WorkerRules } from "./worker-rules.ts";

const ROOT = join(import.meta.dirname, "..");
const WORKERS: readonly { readonly config: string; readonly rules: WorkerRules }[] = [
  { config: "wrangler.toml", rules: EDGE },
  { config: "wrangler.control.toml", rules: CONTROL },
];

for (const { config, rules } of WORKERS) {
  const bundle = await bundleWorker(config, rules.name);
  const sizes = `${kB(bundle.gzipBytes)} kB gzip, ${kB(bundle.script.length)} kB raw, ${bundle.inputs.length} files`;
  console.log(`${rules.name.padEnd(8)} ${sizes}; at most ${kB(rules.maxGzipBytes)} kB gzip`);
  for (const objection of await objections(bundle, rules, (input) => readFile(join(ROOT, input), "utf8"))) {
    console.error(objection);
    process.exitCode = 1;
  }
}

function kB(bytes: number): string {
  return (bytes / 1_000).toFixed(1);
}
