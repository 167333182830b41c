import { z } from "zod";
import { METERS } from "../catalog/meters.ts";
import { isDecimal } from "../domain/money.ts";
import { CLOUDS, PROVIDERS } from "../domain/place.ts";
import { id, labels } from "./bodies.ts";

const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 500;
const MAX_RATES = 100;
const MAX_NAMES = 500;
const MAX_CHARS = 128;
const LEAST_PERCENT = -100;
const MOST_PERCENT = 10_000;

const decimal = z.union([z.string(), z.number()]).transform(String);
const percent = decimal.pipe(
  z
    .string()
    .refine((text) => isDecimal(text) && Number(text) >= LEAST_PERCENT && Number(text) <= MOST_PERCENT, {
      error: `write a percent from ${LEAST_PERCENT} to ${MOST_PERCENT}, such as "12.5" or "-20"`,
    }),
);
const usd = decimal.pipe(
  z
    .string()
    .refine((text) => isDecimal(text) && !text.startsWith("-"), { error: 'write USD such as "0.00001124"' }),
);

const prices = z
  .strictObject({
    percent: z
      .partialRecord(z.enum(PROVIDERS), percent)
      .optional()
      .describe("By how many percent everything of a provider gets dearer, or cheaper."),
    rates: z
      .array(
        z.strictObject({
          provider: z.enum(CLOUDS),
          region: z.string().max(MAX_CHARS).optional(),
          product: z.string().max(MAX_CHARS).optional(),
          meter: z.enum(METERS),
          usd: usd.describe("USD per unit, as GET /v1/catalog/prices has it."),
        }),
      )
      .max(MAX_RATES)
      .optional()
      .describe("Single prices; without region or product, of all of them."),
  })
  .describe("Prices instead of those in force.");

/** The body of `POST /v1/policies/{name}/simulate`. */
export const Simulate = z.strictObject({
  policy: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("The document to take instead of the stored one; it need not be stored."),
  prices: prices.optional(),
  over: z
    .enum(["fleet", "receipts"])
    .default("fleet")
    .describe("What runs now, or the last placements, from what they were decided from."),
  select: z
    .strictObject({
      environments: z.array(id).min(1).max(MAX_NAMES).optional(),
      workloads: z.array(id).min(1).max(MAX_NAMES).optional(),
      labels: labels.optional(),
    })
    .optional()
    .describe("Only these workloads; all of the project when left out."),
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  after: z
    .string()
    .max(MAX_CHARS)
    .regex(/^[^/]+\/[^/]+$/, { error: "send back next of the answer before" })
    .optional()
    .describe("`next` of an answer that was not complete."),
});
