import { sha256Hex } from "../../domain/canonical-json.ts";
import { pack } from "./pack.ts";
import type { Receipt } from "./receipt.ts";

/** A receipt as it is stored: a short text that names its parts by their hashes, and the parts. */
export interface EncodedReceipt {
  /** Hex SHA-256 of `manifest`: what a plan keeps. */
  readonly hash: string;
  readonly manifest: string;
  /** Texts by hex SHA-256; receipts of one market, or under one policy, share them. */
  readonly parts: ReadonlyMap<string, string>;
}

/** What the manifest says instead of a long list: how many, and the packed column that holds them. */
export interface PackedList {
  readonly count: number;
  readonly part: string;
}

/**
 * A receipt as texts named by their content. Pure; whoever stores the parts compresses them. The price book and the layers are
 * named by their own hashes, and their texts are nobody's part here. Throws on what JSON cannot say.
 */
export function encodeReceipt(receipt: Receipt): EncodedReceipt {
  const { inputs, outcome, refused, ...head } = receipt;
  const { offers, policy, ...rest } = inputs;
  const { ranked, rejected, ...decided } = outcome;
  const parts = new Map<string, string>();
  const part = (value: unknown): string => {
    const text = JSON.stringify(value);
    const hash = sha256Hex(text);
    parts.set(hash, text);
    return hash;
  };
  const list = (values: readonly unknown[]): PackedList => ({
    count: values.length,
    part: part(pack(values)),
  });
  const manifest = JSON.stringify({
    ...head,
    inputs: rest,
    offers: list(offers),
    policy: part(policy),
    refused: list(refused),
    outcome: { ...decided, ranked: list(ranked), rejected: list(rejected) },
  });
  return { hash: sha256Hex(manifest), manifest, parts };
}
