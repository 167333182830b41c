import type { Offer } from "../domain/offer.ts";
import type { Receipt } from "../policy/receipt/receipt.ts";
import { iso } from "./instants.ts";
import type { KeptReceipt } from "./replay.ts";

/**
 * A receipt as the API shows it: what was decided from what. The offers themselves are counted; `texts` adds the manifest and every
 * part as they are hashed, so that whoever reads them can check and replay them alone.
 */
export function receiptView({ plan, stored, parts, decoded }: KeptReceipt, texts: boolean) {
  return {
    plan: plan.id,
    hash: stored.hash,
    createdAt: iso(stored.createdAt),
    keptUntil: iso(stored.keptUntil),
    complete: decoded.ok,
    gone: decoded.ok ? undefined : decoded.because,
    ...(decoded.ok ? decidedFrom(decoded.receipt) : {}),
    texts: texts ? { manifest: stored.manifest, parts: Object.fromEntries(parts) } : undefined,
  };
}

function decidedFrom({ format, rules, workload, inputs, layers, book, outcome, ...rest }: Receipt) {
  const { offers, policy, needs, now, pin, avoid, held, incumbent } = inputs;
  return {
    format,
    rules,
    workload,
    decidedAt: iso(now),
    needs,
    policy,
    layers,
    book,
    accountRates: rest.accountRates,
    pin,
    avoid,
    held,
    incumbent,
    offers: offers.length,
    ranked: outcome.ranked.length,
    rejected: outcome.rejected.length,
    withoutOffers: rest.refused.length,
    chosen: chosenOf(offers, outcome.chosen),
    stays: outcome.stays,
    because: outcome.because,
  };
}

function chosenOf(offers: readonly Offer[], position: number | undefined) {
  const offer = position === undefined ? undefined : offers[position];
  return offer && { id: offer.id, place: offer.place };
}
