import { expect, test } from "vitest";
import { sha256Hex } from "../../../src/domain/canonical-json.ts";
import { DECISION_VERSION, decidePlacement, type DecisionInputs } from "../../../src/policy/decision.ts";
import { canonicalOutcome, outcomeOf } from "../../../src/policy/receipt/outcome.ts";
import { aService } from "../../catalog/needs.ts";
import { OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";
import { market } from "./market.ts";

/**
 * What each version of the rules makes of one market. Another outcome under the same version would tell a reader of old receipts that
 * something was tampered with: raise `DECISION_VERSION` and add a line.
 */
const OUTCOMES: Readonly<Record<number, string>> = {
  1: "83a8caf4e616a2771f725b7b161340679c7f2b766b28fed301117a48c5477415",
  2: "83a8caf4e616a2771f725b7b161340679c7f2b766b28fed301117a48c5477415",
  3: "83a8caf4e616a2771f725b7b161340679c7f2b766b28fed301117a48c5477415",
};

const offers = market(400);
const weights = { cost: 0.5, latency: 0.2, carbon: 0.1, fidelity: 0.1, stability: 0.1 };
const inputs: DecisionInputs = {
  now: 1_795_000_000_000,
  needs: aService({ arch: "any", scale: { min: 3, max: 9 } }),
  offers,
  policy: {
    ...OPEN_POLICY,
    weights,
    spot: "forbid",
    maxUsdPerMonth: { ceiling: "4000" },
    tiers: [{ name: "clouds", where: { providers: ["ecs", "cloud-run"] } }],
  },
  gateway: OPEN_GATEWAY,
  users: [{ latitude: 52.52, longitude: 13.4, weight: 1 }],
  avoid: [{ region: "region-7" }],
};

test("the same inputs come out as this version of the rules made them", () => {
  const outcome = outcomeOf(inputs, decidePlacement(inputs));
  expect(outcome.ranked.length).toBeGreaterThan(50);
  expect(outcome.rejected.length).toBeGreaterThan(50);
  expect(sha256Hex(canonicalOutcome(outcome))).toBe(OUTCOMES[DECISION_VERSION]);
});
