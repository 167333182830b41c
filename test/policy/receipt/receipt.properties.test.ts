import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decidePlacement, type DecisionInputs } from "../../../src/policy/decision.ts";
import { completePolicy } from "../../../src/policy/layers.ts";
import { decodeReceipt } from "../../../src/policy/receipt/decode.ts";
import { encodeReceipt } from "../../../src/policy/receipt/encode.ts";
import { canonicalOutcome, outcomeOf } from "../../../src/policy/receipt/outcome.ts";
import { replayReceipt } from "../../../src/policy/receipt/replay.ts";
import type { Receipt } from "../../../src/policy/receipt/receipt.ts";
import { OPEN_POLICY, questions, rulesArbitrary } from "../arbitraries.ts";
import { receiptOf } from "./receipts.ts";

/** Random offers under random rules, sometimes with something that runs already. */
const inputs: fc.Arbitrary<DecisionInputs> = fc
  .tuple(questions, rulesArbitrary, fc.nat(20), fc.nat())
  .map(([question, rules, at, now]) => {
    const policy = completePolicy(OPEN_POLICY, "random", rules);
    const offer = question.offers[at];
    if (offer === undefined) return { ...question, policy, now };
    const { place, billing, shape, id } = offer;
    return { ...question, policy, now, incumbent: { place, billing, shape, offer: id } };
  });

function decoded({ hash, manifest, parts }: ReturnType<typeof encodeReceipt>): Receipt {
  const answer = decodeReceipt(hash, manifest, (part) => parts.get(part));
  if (!answer.ok) throw new Error(answer.because);
  return answer.receipt;
}

describe("a receipt", () => {
  test("comes back exactly as it was written", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const receipt = receiptOf(given);
        const back = decoded(encodeReceipt(receipt));
        // What is absent and what is undefined are one in JSON.
        expect(back).toEqual(JSON.parse(JSON.stringify(receipt)));
        expect(JSON.stringify(back.inputs.offers)).toBe(JSON.stringify(given.offers));
        expect(encodeReceipt(back).parts).toEqual(encodeReceipt(receipt).parts);
      }),
      { numRuns: 500 },
    );
  });

  test("replays to the same placement, byte for byte", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const was = canonicalOutcome(outcomeOf(given, decidePlacement(given)));
        const receipt = decoded(encodeReceipt(receiptOf(given)));
        expect(canonicalOutcome(receipt.outcome)).toBe(was);
        expect(replayReceipt(receipt)).toMatchObject({ identical: true, difference: undefined });
      }),
      { numRuns: 500 },
    );
  });

  test("shows in a replay whatever was changed in its outcome", () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (given, salt) => {
        const receipt = receiptOf(given);
        const changed = tampered(receipt, salt);
        fc.pre(canonicalOutcome(changed.outcome) !== canonicalOutcome(receipt.outcome));
        const { identical, difference } = replayReceipt(changed);
        expect(identical).toBe(false);
        expect(difference?.was).not.toBe(difference?.is);
        expect(difference?.what).not.toBe("the outcome");
      }),
      { numRuns: 500 },
    );
  });
});

/** One thing in the outcome said otherwise. */
function tampered(receipt: Receipt, salt: number): Receipt {
  const { outcome } = receipt;
  const [first, ...others] = outcome.ranked;
  const changes: readonly Partial<Receipt["outcome"]>[] = [
    { ranked: others },
    { ranked: outcome.ranked.toReversed() },
    { ranked: first === undefined ? [] : [{ ...first, total: first.total / 2 }, ...others] },
    { rejected: outcome.rejected.map(({ offer }) => ({ offer, reasons: [] })) },
    { stays: !outcome.stays },
    { because: `${outcome.because}, they say` },
    { chosen: undefined },
  ];
  return { ...receipt, outcome: { ...outcome, ...changes[salt % changes.length] } };
}
