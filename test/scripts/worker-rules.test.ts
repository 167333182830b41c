import { expect, test } from "vitest";
import type { WorkerBundle } from "../../scripts/worker-bundle.ts";
import { EDGE, objections, type WorkerRules } from "../../scripts/worker-rules.ts";

const FINE: WorkerBundle = {
  script: "export default { fetch() {} };",
  gzipBytes: EDGE.maxGzipBytes,
  inputs: ["src/main/edge.ts", "node_modules/hono/dist/hono.js"],
};
const SOURCES: Readonly<Record<string, string>> = {
  "node_modules/zod/util.js": "const F = Function; new F('');",
};
const against = (bundle: Partial<WorkerBundle>, rules: WorkerRules = EDGE) =>
  objections({ ...FINE, ...bundle }, rules, async (input) => SOURCES[input] ?? "");

test("a Worker that keeps the rules has no objection", async () => {
  expect(await against({})).toEqual([]);
});

test.each([
  ["is a byte too large", { gzipBytes: EDGE.maxGzipBytes + 1 }],
  ["holds a vendor's SDK", { inputs: ["node_modules/@aws-sdk/client-ecs/index.js"] }],
  ["holds an adapter", { inputs: ["src/adapters/sandbox/index.ts"] }],
  ["holds the price book", { inputs: ["src/catalog/book.ts"] }],
  ["holds Node's WebSockets", { inputs: ["../../elsewhere/node_modules/ws/index.js"] }],
  ["evaluates text", { script: "eval('1')" }],
  ["makes functions from text", { script: "new Function('return 1')" }],
  ["makes functions from text by another name", { script: "const F = Function; new F('')" }],
])("an edge that %s is refused", async (_what, bundle) => {
  expect(await against(bundle)).toHaveLength(1);
});

test("a known package may make code as often as it says itself, and nothing beside it", async () => {
  const rules = { ...EDGE, forbidden: [], generators: ["node_modules/zod/"] };
  const inputs = ["node_modules/zod/util.js"];
  const script = SOURCES["node_modules/zod/util.js"] ?? "";
  expect(await against({ inputs, script }, rules)).toEqual([]);
  expect(await against({ inputs, script: `${script} eval('1')` }, rules)).toHaveLength(1);
});
