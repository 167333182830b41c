import type { Receipt } from "../policy/receipt/receipt.ts";
import { decodeReceipt } from "../policy/receipt/decode.ts";
import { replayReceipt, type Replay } from "../policy/receipt/replay.ts";
import type { ReceiptView } from "./api.ts";
import { printable } from "../render/printable.ts";
import { Refusal } from "./refusal.ts";

/** What a replay on this machine came to. */
export interface Replayed extends Replay {
  readonly plan: string;
  readonly receipt: string;
  readonly workload: string;
  readonly decidedAt: string;
  readonly policy: string;
  /** Content hash of the price book. */
  readonly book: string;
}

/** Check a receipt's texts and decide again from them. Throws a `Refusal` when its inputs are gone or cannot be read. */
export function replayed(view: ReceiptView): Replayed {
  const { manifest, parts } = view.texts;
  const part = (hash: string) => (Object.hasOwn(parts, hash) ? parts[hash] : undefined);
  const decoded = decodeReceipt(view.hash, manifest, part);
  if (!decoded.ok)
    throw new Refusal(1, `the receipt of plan ${view.plan} cannot be replayed: ${decoded.because}`);
  return { ...headOf(view, decoded.receipt), ...replayReceipt(decoded.receipt) };
}

/** The same for a person. */
export function replayText(replay: Replayed): string {
  const { offers, plan, workload, decidedAt, difference, rules } = replay;
  const head = `${workload} ${plan}, decided ${decidedAt} over ${offers} ${offers === 1 ? "offer" : "offers"}`;
  const inputs = `  inputs  receipt ${short(replay.receipt)}, prices ${short(replay.book)}, policy ${replay.policy}`;
  if (difference === undefined) return `${head}\nidentical: the same placement, byte for byte\n${inputs}\n`;
  const why =
    rules.decided === rules.replayed
      ? []
      : [`  it was decided by version ${rules.decided} of the rules; here is version ${rules.replayed}`];
  const lines = [
    head,
    `different: ${printable(difference.what)}`,
    `  was  ${printable(difference.was)}`,
    `  is   ${printable(difference.is)}`,
    ...why,
    inputs,
  ];
  return `${lines.join("\n")}\n`;
}

function headOf({ plan, hash }: ReceiptView, { workload, inputs, book }: Receipt) {
  const decidedAt = new Date(inputs.now).toISOString();
  return { plan, receipt: hash, workload, decidedAt, policy: inputs.policy.name, book: book.hash };
}

/** Characters of a hash that people compare. */
const SHORT = 8;
const short = (hash: string): string => `${hash.slice(0, SHORT)}…`;
