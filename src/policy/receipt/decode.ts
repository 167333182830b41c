import { z } from "zod";
import { sha256Hex } from "../../domain/canonical-json.ts";
import { type Receipt, RECEIPT_FORMAT } from "./receipt.ts";
import { unpack } from "./unpack.ts";

export type DecodedReceipt =
  | { readonly ok: true; readonly receipt: Receipt }
  /** Its inputs are no longer kept, or it cannot be read here: a sentence, and the hashes that are missing. */
  | { readonly ok: false; readonly because: string; readonly missing: readonly string[] };

/** Read a receipt from its manifest and its parts (`undefined` for one that is gone). Every text is checked against its hash. */
export function decodeReceipt(
  hash: string,
  manifest: string,
  partOf: (hash: string) => string | undefined,
): DecodedReceipt {
  if (sha256Hex(manifest) !== hash) return damaged("its text has another hash than its name");
  const head = headOf(manifest);
  if (!("parts" in head)) return head;
  const texts = new Map<string, unknown>();
  const missing: string[] = [];
  for (const [part, what] of Object.entries(head.parts)) {
    const text = partOf(part);
    if (text === undefined) missing.push(what);
    else if (sha256Hex(text) !== part) return damaged(`${what} have another hash than their name`);
    else texts.set(part, JSON.parse(text));
  }
  if (missing.length > 0)
    return { ok: false, because: `its ${missing.join(" and ")} are no longer kept`, missing };
  try {
    return { ok: true, receipt: receiptOf(head.manifest, texts) };
  } catch (error) {
    if (error instanceof TypeError) return damaged(error.message);
    throw error;
  }
}

/** The hashes of the parts a manifest names: what must be kept as long as it is. Empty for what is no manifest of this form. */
export function partsOf(manifest: string): readonly string[] {
  const head = headOf(manifest);
  return "parts" in head ? Object.keys(head.parts) : [];
}

const hashText = z.string().regex(/^[0-9a-f]{64}$/);
const list = z.object({ count: z.int().min(0), part: hashText });
const MANIFEST = z.looseObject({
  format: z.literal(RECEIPT_FORMAT),
  rules: z.int(),
  workload: z.string(),
  inputs: z.looseObject({ now: z.number() }),
  layers: z.array(z.unknown()),
  book: z.looseObject({ hash: z.string(), collected: z.string() }),
  offers: list,
  policy: hashText,
  refused: list,
  outcome: z.looseObject({ ranked: list, rejected: list, stays: z.boolean(), because: z.string() }),
});
type Manifest = z.infer<typeof MANIFEST>;

interface Head {
  readonly manifest: Manifest;
  /** Hash -> what it holds, in words. */
  readonly parts: Readonly<Record<string, string>>;
}

function headOf(text: string): Head | Extract<DecodedReceipt, { readonly ok: false }> {
  const parsed = MANIFEST.safeParse(parsedJson(text));
  if (!parsed.success)
    return damaged(`this version of Berth reads receipts of format ${RECEIPT_FORMAT} only`);
  const { offers, policy, refused, outcome } = parsed.data;
  return {
    manifest: parsed.data,
    parts: {
      [offers.part]: "offers",
      [policy]: "policy",
      [refused.part]: "targets without offers",
      [outcome.ranked.part]: "ranked offers",
      [outcome.rejected.part]: "refusals",
    },
  };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function receiptOf(manifest: Manifest, texts: ReadonlyMap<string, unknown>): Receipt {
  const { inputs, offers, policy, refused, outcome, ...head } = manifest;
  const listOf = ({ count, part }: z.infer<typeof list>) => unpack(texts.get(part), count);
  const receipt = {
    ...head,
    refused: listOf(refused),
    inputs: { ...inputs, offers: listOf(offers), policy: texts.get(policy) },
    outcome: { ...outcome, ranked: listOf(outcome.ranked), rejected: listOf(outcome.rejected) },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every text has the hash under which it was written from this type
  return receipt as unknown as Receipt;
}

const damaged = (how: string): Extract<DecodedReceipt, { readonly ok: false }> => ({
  ok: false,
  because: `it cannot be read: ${how}`,
  missing: [],
});
