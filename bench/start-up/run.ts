import { convertV4MiniflareOptions, Miniflare, type V4MiniflareOptions } from "miniflare";
import { bundleWorker } from "../../scripts/worker-bundle.ts";
import { median } from "../median.ts";

/** `npm run bench:start-up`; README.md says what is measured and how to read it. */
const ROUNDS = 9;
/** The least a Worker over D1 can be: one question of a database without tables, as the others ask it. */
const HELLO = `export class Clock {} export class SandboxAccount {} export class AgentLine {}
export default { async fetch(_request, env) {
  await env.DB.prepare("select 1 from nothing").all().catch(() => {});
  return new Response("hello");
} };`;

const edge = await bundleWorker("wrangler.toml", "edge");
const control = await bundleWorker("wrangler.control.toml", "control");
const WORKERS: Readonly<Record<string, V4MiniflareOptions>> = {
  hello: worker(HELLO, ["AgentLine", "Clock", "SandboxAccount"]),
  edge: worker(edge.script, ["AgentLine"]),
  control: worker(control.script, ["Clock", "SandboxAccount"]),
};

const times: Record<string, number[]> = {};
// The first round warms the disk's cache and is not counted.
for (let round = 0; round <= ROUNDS; round += 1)
  for (const [name, options] of Object.entries(WORKERS)) {
    const ms = await firstAnswer(options);
    if (round > 0) (times[name] ??= []).push(ms);
  }
const ms = (name: string) => Math.round(median(times[name] ?? []) * 10) / 10;
const over = (name: string) => {
  const hello = times["hello"] ?? [];
  const differences = (times[name] ?? []).map((figure, round) => figure - (hello[round] ?? figure));
  return Math.round(median(differences) * 10) / 10;
};
console.log(
  JSON.stringify({
    rounds: ROUNDS,
    helloMs: ms("hello"),
    edgeMs: ms("edge"),
    controlMs: ms("control"),
    edgeOverHelloMs: over("edge"),
    controlOverHelloMs: over("control"),
    edgeGzipKb: Math.round(edge.gzipBytes / 100) / 10,
    controlGzipKb: Math.round(control.gzipBytes / 100) / 10,
  }),
);

function worker(script: string, classes: readonly string[]): V4MiniflareOptions {
  return {
    modules: true,
    script,
    compatibilityDate: "2026-11-01",
    compatibilityFlags: ["nodejs_compat", "enable_request_signal"],
    d1Databases: ["DB"],
    durableObjects: Object.fromEntries(
      classes.map((className) => [className, { className, useSQLite: true }]),
    ),
    bindings: { BERTH_GATEWAY_DOMAIN: "apps.test", BERTH_API_HOSTS: "api.test" },
    // What they say of the missing tables is not asked for.
    handleStructuredLogs: () => {},
  };
}

/** From the start of workerd to the first byte of its first answer, whatever it says. */
async function firstAnswer(options: V4MiniflareOptions): Promise<number> {
  const started = performance.now();
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  try {
    const answer = await miniflare.dispatchFetch("http://api.test/healthz");
    await answer.text();
    return performance.now() - started;
  } finally {
    await miniflare.dispose();
  }
}
