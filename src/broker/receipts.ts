import type { PriceBook } from "../catalog/book.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import { Fault } from "../domain/fault.ts";
import { DECISION_VERSION } from "../policy/decision.ts";
import { encodeReceipt, type EncodedReceipt } from "../policy/receipt/encode.ts";
import { outcomeOf } from "../policy/receipt/outcome.ts";
import { RECEIPT_FORMAT } from "../policy/receipt/receipt.ts";
import type { Draft } from "./draft.ts";
import type { Caller, Ports } from "./ports.ts";

/** How long receipts are kept unless the installation says otherwise, days. */
export const RECEIPT_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * Keep what a draft was decided from, and name it in the plan. Called before the plan itself is written, so that a plan never names a
 * receipt that was never there. A receipt too large for the store is no reason not to deploy: the plan says that it has none.
 */
export async function keepReceipt(ports: Ports, caller: Caller, draft: Draft): Promise<Draft> {
  const days = ports.receiptDays ?? RECEIPT_DAYS;
  if (draft.decided === undefined || days === 0) return draft;
  const book = ports.books.current();
  const encoded = encode(draft, draft.decided, book);
  const now = ports.now();
  try {
    await ports.store.keepReceipt(caller.project.id, {
      hash: encoded.hash,
      manifest: encoded.manifest,
      createdAt: now,
      keptUntil: now + days * DAY_MS,
      blobs: new Map([
        ...[...encoded.parts].map(([hash, text]) => [hash, () => text] as const),
        [book.hash, () => bookText(book)],
      ]),
    });
  } catch (error) {
    if (error instanceof Fault && error.code === "too-large-to-store") return withoutReceipt(draft, error);
    throw error;
  }
  return { ...draft, plan: { ...draft.plan, receipt: encoded.hash } };
}

function encode(
  { plan }: Draft,
  { inputs, decision, refused, accountRates }: NonNullable<Draft["decided"]>,
  book: PriceBook,
): EncodedReceipt {
  return encodeReceipt({
    format: RECEIPT_FORMAT,
    rules: DECISION_VERSION,
    workload: plan.workload,
    inputs,
    refused,
    layers: plan.explanation.layers ?? [],
    book: { hash: book.hash, collected: book.collected },
    ...(accountRates === undefined ? {} : { accountRates }),
    outcome: outcomeOf(inputs, decision),
  });
}

/** The text whose content hash is the book's own (`book.hash`). */
function bookText({ collected, cards, regions }: PriceBook): string {
  return canonicalJson({ collected, cards, regions });
}

function withoutReceipt(draft: Draft, { message }: Fault): Draft {
  const warning = { code: "no-receipt", message: `This plan cannot be replayed: ${message}` };
  return { ...draft, plan: { ...draft.plan, warnings: [...draft.plan.warnings, warning] } };
}
