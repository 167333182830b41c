import { decidePlacement, DECISION_VERSION, type DecisionInputs } from "../../src/policy/decision.ts";
import { explain } from "../../src/policy/explain.ts";
import type { Market, PackItem } from "../../src/policy/pack/market.ts";
import { decodeReceipt } from "../../src/policy/receipt/decode.ts";
import { encodeReceipt } from "../../src/policy/receipt/encode.ts";
import { outcomeOf } from "../../src/policy/receipt/outcome.ts";
import { RECEIPT_FORMAT, type Receipt } from "../../src/policy/receipt/receipt.ts";
import { replayReceipt } from "../../src/policy/receipt/replay.ts";
import { renderExplanation } from "../../src/render/explanation.ts";
import { median } from "../median.ts";

const TIMES = 21;
const NOW = 1_800_000_000_000;

export interface Explained {
  /** From a placement over all offers to the text a person reads, ms. */
  readonly explainMs: number;
  /** Whether each of some receipts, written and read back, decides the same again, byte for byte. */
  readonly replayIdentical: boolean;
}

/** How long it takes to explain a placement over every offer of the market, and whether receipts of some replay. */
export function measureExplained(market: Market, items: readonly PackItem[]): Explained {
  const offers = market.offers.map(({ offer }) => offer);
  const asked = items.map((item): DecisionInputs => ({ ...item.question, offers, now: NOW }));
  return {
    explainMs: median(asked.map(explainedMs)),
    replayIdentical: asked.every(replays),
  };
}

function explainedMs(inputs: DecisionInputs): number {
  const { placement, choice } = decidePlacement(inputs);
  const figures = Array.from({ length: TIMES }, () => {
    const started = performance.now();
    const explanation = explain({ placement, policy: inputs.policy, choice, overrides: [] });
    renderExplanation({ explanation, width: 120, all: false });
    return performance.now() - started;
  });
  return median(figures);
}

function replays(inputs: DecisionInputs): boolean {
  const receipt: Receipt = {
    format: RECEIPT_FORMAT,
    rules: DECISION_VERSION,
    workload: inputs.needs.workload,
    inputs,
    refused: [],
    layers: [],
    book: { hash: "bench", collected: "2026-11-22" },
    outcome: outcomeOf(inputs, decidePlacement(inputs)),
  };
  const { hash, manifest, parts } = encodeReceipt(receipt);
  const back = decodeReceipt(hash, manifest, (part) => parts.get(part));
  return back.ok && replayReceipt(back.receipt).identical;
}
