import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHarness } from "wrangler";

// Built as wrangler builds the control Worker, and run by workerd under its own rules: no code from text once it has started.
const harness = createTestHarness({
  root: join(import.meta.dirname, "control"),
  workers: [{ configPath: "wrangler.toml" }],
});

beforeAll(() => harness.listen(), 120_000);
afterAll(() => harness.close());

test("the control Worker drives the Cloud Run adapter inside workerd, three projects at once, each with its own token", async () => {
  const answer = await harness.getWorker().fetch("http://control.test/cloud-run");
  const driven: unknown = await answer.json();
  expect(driven).toEqual(
    ["acme-shop-417", "acme-lab-418", "acme-bank-419"].map((project) => ({
      target: project,
      phases: ["creating", "ready", "ready"],
      replicas: 3,
      run: "succeeded",
      logLines: 2,
      destroyed: "gone",
      refusal: "invalid",
      foreignTokens: 0,
    })),
  );
});
