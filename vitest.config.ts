import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { readMigrations } from "./src/store/read-migrations.ts";
import { judgedInWorkerd } from "./test/contracts/judged-in-workerd.ts";

// A copy, for the plugin wants lists it may change.
const migrations = (await readMigrations()).map(({ name, statements }) => ({
  name,
  statements: [...statements],
}));
const ENGINE_TEST_MS = 300_000;

/** The rooms that decide: `npm run coverage` holds each of them to its tests. Least branches taken, in percent. */
const DECIDING = {
  "src/domain/**": 95,
  "src/reconcile/**": 95,
  "src/policy/**": 95,
} as const;

export default defineConfig({
  test: {
    coverage: {
      provider: "v8",
      include: ["src/domain/**", "src/policy/**", "src/reconcile/**"],
      reporter: ["text-summary"],
      thresholds: Object.fromEntries(
        Object.entries(DECIDING).map(([room, branches]) => [room, { branches }]),
      ),
    },
    projects: [
      {
        test: {
          name: "node",
          // Google's client would ask the network whether it runs on Google's machines.
          env: { METADATA_SERVER_DETECTION: "none" },
          // Files of one worker share the modules they import: making these anew for each took half of the time. No test may rely on it.
          isolate: false,
          include: ["test/**/*.test.ts"],
          setupFiles: ["test/contracts/no-violations.ts"],
          exclude: ["test/engines/**", "test/workerd/**", "test/peers/**"],
          testTimeout: 30_000,
        },
      },
      {
        // As wrangler.control.toml has it: Workers have no DOMParser, which the browser build wants.
        resolve: {
          alias: {
            "@aws-sdk/xml-builder": `${import.meta.dirname}/node_modules/@aws-sdk/xml-builder/dist-cjs/index.js`,
          },
        },
        // D1 and the other bindings as workerd has them; nothing is deployed and no account is asked.
        plugins: [
          judgedInWorkerd(),
          cloudflareTest({
            // Both Workers in one, so that tests reach their objects.
            main: "./test/workerd/worker.ts",
            miniflare: {
              compatibilityDate: "2026-11-01",
              compatibilityFlags: ["nodejs_compat", "enable_request_signal"],
              d1Databases: ["DB"],
              durableObjects: {
                AGENT_LINE: { className: "AgentLine", useSQLite: true },
                CLOCK: { className: "Clock", useSQLite: true },
                SANDBOX: { className: "SandboxAccount", useSQLite: true },
              },
              bindings: {
                MIGRATIONS: migrations,
                BERTH_GATEWAY_DOMAIN: "apps.test",
                BERTH_API_HOSTS: "api.test",
                BERTH_ADMIN_TOKEN: "an-administrator-of-the-tests",
                BERTH_SEALING_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
              },
            },
          }),
        ],
        test: {
          name: "workerd",
          include: ["test/workerd/**/*.test.ts"],
          setupFiles: ["test/contracts/no-violations.ts"],
          testTimeout: 60_000,
          // With it every module of a file comes in one message, and workerd takes 32 MiB: the clouds' clients are more, and it hangs up.
          fsModuleCache: false,
        },
      },
      {
        // Real container engines: one file at a time, for each starts its own.
        test: {
          name: "engines",
          include: ["test/engines/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: ENGINE_TEST_MS,
          hookTimeout: ENGINE_TEST_MS,
        },
      },
      {
        // Servers of the clouds' APIs that others wrote, each started by its own test file.
        test: {
          name: "peers",
          include: ["test/peers/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: ENGINE_TEST_MS,
        },
      },
    ],
  },
});
