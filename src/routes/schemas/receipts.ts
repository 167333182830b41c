import { z } from "zod";
import { place, time } from "./parts.ts";
import { layer } from "./plans.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const document = z.looseObject({});

export const receiptAnswers = {
  Receipt: z.strictObject({
    plan: z.string(),
    hash: hash.describe("SHA-256 of the manifest."),
    createdAt: time,
    keptUntil: time,
    complete: z.boolean().describe("Whether every part is still kept."),
    gone: z.string().optional().describe("What is missing, when something is."),
    format: z.int().optional(),
    rules: z.int().optional().describe("Version of the rules that decided."),
    workload: z.string().optional(),
    decidedAt: time.optional(),
    needs: document.optional(),
    policy: document.optional().describe("The policy in force, all layers together."),
    layers: z.array(layer).optional(),
    book: z.strictObject({ hash, collected: z.string() }).optional().describe("The prices."),
    accountRates: z.unknown().optional(),
    pin: document.optional(),
    avoid: z.array(document).optional(),
    held: z.array(document).optional(),
    incumbent: document.optional(),
    offers: z.int().optional(),
    ranked: z.int().optional(),
    rejected: z.int().optional(),
    withoutOffers: z.int().optional().describe("Targets that gave none, and places nobody connected."),
    chosen: z.strictObject({ id: z.string(), place }).optional(),
    stays: z.boolean().optional(),
    because: z.string().optional(),
    texts: z
      .strictObject({ manifest: z.string(), parts: z.record(hash, z.string()) })
      .optional()
      .describe("The texts by their SHA-256."),
  }),
  Replay: z.strictObject({
    plan: z.string(),
    receipt: hash,
    createdAt: time,
    identical: z.boolean(),
    offers: z.int(),
    rules: z.strictObject({ decided: z.int(), replayed: z.int() }),
    difference: z.strictObject({ what: z.string(), was: z.string(), is: z.string() }).optional(),
  }),
};
