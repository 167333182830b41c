import { decidePlacement, DECISION_VERSION, type DecisionInputs } from "../../../src/policy/decision.ts";
import { outcomeOf } from "../../../src/policy/receipt/outcome.ts";
import { type Receipt, RECEIPT_FORMAT } from "../../../src/policy/receipt/receipt.ts";

/** The receipt of a decision made from these inputs now. */
export function receiptOf(inputs: DecisionInputs): Receipt {
  return {
    format: RECEIPT_FORMAT,
    rules: DECISION_VERSION,
    workload: inputs.needs.workload,
    inputs,
    refused: [
      {
        offer: { id: "silent", place: { provider: "ecs", target: "silent", region: "" } },
        reasons: [{ rule: "target", message: "silent: credentials refused" }],
      },
    ],
    layers: [{ layer: "default", name: "default", version: 1, hash: "0".repeat(64) }],
    book: { hash: "b".repeat(64), collected: "2026-08-15" },
    outcome: outcomeOf(inputs, decidePlacement(inputs)),
  };
}
