import { expect, test } from "vitest";
import { DECISION_VERSION, decidePlacement } from "../../src/policy/decision.ts";
import { encodeReceipt } from "../../src/policy/receipt/encode.ts";
import { outcomeOf } from "../../src/policy/receipt/outcome.ts";
import type { Receipt } from "../../src/policy/receipt/receipt.ts";
import { aService } from "../catalog/needs.ts";
import { OPEN_GATEWAY, OPEN_POLICY } from "../policy/arbitraries.ts";
import { market } from "../policy/receipt/market.ts";
import { desk } from "./desk.ts";
import { aPlan, aWorkload, at } from "./recorded.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";

const inputs = {
  now: Date.parse(at(0)),
  needs: aService({ arch: "any" }),
  offers: market(200),
  policy: OPEN_POLICY,
  gateway: OPEN_GATEWAY,
};
const receipt: Receipt = {
  format: 1,
  rules: 1,
  workload: "web",
  inputs,
  refused: [],
  layers: [],
  book: { hash: "9c41".padEnd(64, "0"), collected: "2026-08-15" },
  outcome: outcomeOf(inputs, decidePlacement(inputs)),
};

/** A broker that kept this receipt, of which `lost` parts are gone. */
function keeping(kept: Receipt, lost = 0): Script {
  const { hash, manifest, parts } = encodeReceipt(kept);
  const view = {
    plan: "plan_14",
    hash,
    createdAt: at(0),
    keptUntil: at(9),
    complete: lost === 0,
    texts: { manifest, parts: Object.fromEntries([...parts].slice(lost)) },
  };
  return {
    "GET /v1/workloads/web": () => ok(aWorkload(aPlan(14, { state: "ready" }), [])),
    "GET /v1/plans/plan_14/receipt": () => ok(view),
  };
}

async function replaying(script: Script, ...args: readonly string[]) {
  const broker = await scriptedBroker(script);
  const cli = desk({ server: broker.url, terminal: true, columns: 100 });
  return { cli, broker, exit: await cli.run("replay", ...args) };
}

test("berth replay decides again on this machine, and says identical with status 0", async () => {
  const { cli, broker, exit } = await replaying(keeping(receipt), "plan_14");
  expect(exit).toBe(0);
  expect(cli.out()).toBe(`web plan_14, decided ${at(0)} over 200 offers
identical: the same placement, byte for byte
  inputs  receipt ${encodeReceipt(receipt).hash.slice(0, 8)}…, prices 9c410000…, policy open
`);
  expect(broker.calls.map(({ path, query }) => [path, query["texts"]])).toEqual([
    ["/v1/plans/plan_14/receipt", "true"],
  ]);
});

test("berth replay follows a workload to its plan in force", async () => {
  expect((await replaying(keeping(receipt), "web")).exit).toBe(0);
});

test("berth replay names the first difference, and ends with status 1", async () => {
  const [first, ...others] = receipt.outcome.ranked;
  if (first === undefined) throw new Error("something is ranked");
  const ranked = [{ ...first, total: 0.123 }, ...others];
  const changed = { ...receipt, rules: 0, outcome: { ...receipt.outcome, ranked } };
  const { cli, exit } = await replaying(keeping(changed), "plan_14");
  expect(exit).toBe(1);
  expect(cli.out()).toMatch(/\ndifferent: the total of .* rank 1\n {2}was {2}0\.123\n {2}is {3}[\d.]+\n/);
  expect(cli.out()).toContain(`decided by version 0 of the rules; here is version ${DECISION_VERSION}`);
  const json = await replaying(keeping(changed), "plan_14", "--json");
  expect(json.exit).toBe(1);
  expect(JSON.parse(json.cli.out())).toMatchObject({ identical: false, difference: { was: "0.123" } });
});

test("berth replay says when the inputs are gone, and believes no text that is not what its hash says", async () => {
  const gone = await replaying(keeping(receipt, 1), "plan_14");
  expect(gone.exit).toBe(1);
  expect(gone.cli.err()).toContain("cannot be replayed: its offers are no longer kept");
  const forged = await replaying(
    {
      "GET /v1/plans/plan_14/receipt": () =>
        ok({
          plan: "plan_14",
          hash: encodeReceipt(receipt).hash,
          texts: { manifest: encodeReceipt({ ...receipt, workload: "api" }).manifest, parts: {} },
        }),
    },
    "plan_14",
  );
  expect(forged.exit).toBe(1);
  expect(forged.cli.err()).toContain("another hash than its name");
  const pruned = await replaying(
    { "GET /v1/plans/plan_14/receipt": () => problem(410, "receipt-gone", "It is gone.") },
    "plan_14",
  );
  expect([pruned.exit, pruned.cli.err()]).toEqual([1, expect.stringContaining("It is gone.")]);
});
