import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { judgeSimulated } from "../../contracts/judge-simulated.ts";
import type { Driven } from "./control/drives.ts";

/** Two requests for a token, each sent again by calls that began together: a life has more to ask than those. */
const MOST_TOKENS = 10;

// Built as wrangler builds the control Worker, and run by workerd under its own rules: no code from text once it has started.
const harness = createTestHarness({
  root: join(import.meta.dirname, "control"),
  workers: [{ configPath: "wrangler.toml" }],
});

beforeAll(() => harness.listen(), 120_000);
afterAll(() => harness.close());

test("the control Worker drives the Cloud Run adapter inside workerd, three projects at once, each with its own token", async () => {
  const answer = await harness.getWorker().fetch("http://control.test/cloud-run");
  const driven = (await answer.json()) as readonly Driven[];
  expect(driven.map(({ exchanges: _exchanges, ...seen }) => seen)).toEqual(
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
  for (const { exchanges } of driven) {
    expect(exchanges.length).toBeGreaterThan(MOST_TOKENS);
    for (const { request, reply } of exchanges) {
      judgeSimulated.request("cloud-run", request);
      judgeSimulated.reply("cloud-run", request, reply);
    }
  }
});
