import { z } from "zod";
import { METERS } from "../../catalog/meters.ts";
import { CLOUDS } from "../../domain/place.ts";
import { time, usd } from "./parts.ts";

const report = z
  .strictObject({
    provider: z.enum(CLOUDS),
    at: time,
    outcome: z
      .enum(["taken", "kept"])
      .describe("`kept`: nothing of the reading is believed, and every price is as it was."),
    why: z.string().optional().describe("Why it was kept, and what can be done."),
    read: z.int().describe("Rows read."),
    changed: z.array(z.strictObject({ row: z.string(), fromUsd: usd, toUsd: usd })),
    added: z.array(z.string()).describe("Rows the book did not have."),
    quarantined: z
      .array(z.strictObject({ row: z.string(), bookUsd: usd.optional(), readUsd: usd, why: z.string() }))
      .describe("Read and not believed yet: the book's own price stays until exactly this one is accepted."),
    vanished: z.array(z.string()).describe("Rows that were not read: they stay, with their old date."),
    unread: z
      .array(z.strictObject({ list: z.string(), why: z.string() }))
      .optional()
      .describe(
        "Lists of the provider's that were not believed, beside that of its containers: what they speak of stays as it was.",
      ),
    kept: z.int().describe("Rows that stayed as they were for a doubt."),
    checkedAt: time.optional().describe("When prices of this provider were last held against its own."),
  })
  .meta({ id: "RefreshReport" });

export const priceAnswers = {
  Refreshed: z.strictObject({
    book: z.string().describe("Hash of the price book in force."),
    collected: z.string(),
    attemptedAt: time.optional().describe("When a refresh last began."),
    reports: z.array(report),
  }),
  AccountRates: z.strictObject({
    discounts: z.array(
      z.strictObject({
        provider: z.enum(CLOUDS),
        meter: z.enum(METERS).optional(),
        region: z.string().optional(),
        percent: z.string(),
        until: time.optional(),
      }),
    ),
    commitments: z.array(
      z.strictObject({ provider: z.enum(CLOUDS), usdPerHour: usd, usdPerMonth: usd, until: time }),
    ),
    stated: z.array(
      z.strictObject({
        provider: z.enum(CLOUDS),
        region: z.string(),
        meter: z.enum(METERS),
        usd,
        unit: z.string(),
        product: z.string().describe("The row of the price list that it stands for."),
        arch: z.string().optional(),
        os: z.string().optional(),
        spot: z.boolean().optional(),
        billing: z.string().optional(),
        gpu: z.string().optional(),
        note: z.string().optional(),
        until: time.optional(),
        statedAt: time.describe("When this figure was first stated."),
        by: z.string(),
      }),
    ),
    version: z.int(),
    updatedAt: time.optional(),
  }),
};
