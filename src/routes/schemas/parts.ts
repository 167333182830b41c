import { z } from "zod";
import { PROVIDERS } from "../../domain/place.ts";

/** Pieces that several answers are made of. Answers are strict: what is not written here is not answered. */
export const time = z.iso.datetime();
export const labels = z.record(z.string(), z.string());
export const usd = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe("USD, a decimal.");

export const replicas = z.strictObject({ min: z.int(), max: z.int() });
export const place = z
  .strictObject({
    provider: z.enum(PROVIDERS),
    target: z.string().optional(),
    region: z.string(),
    host: z.string().optional(),
  })
  .meta({ id: "Place" });
export const shape = z
  .strictObject({
    milliCpu: z.number(),
    memoryMiB: z.number(),
    ephemeralStorageGiB: z.number(),
    arch: z.enum(["amd64", "arm64", "any"]),
  })
  .meta({ id: "Shape" });
export const billing = z.enum(["on-demand", "spot", "request", "instance", "job", "worker-pool", "own"]);
export const refusal = z
  .strictObject({
    rule: z.string(),
    message: z.string(),
    pointer: z.string().optional(),
    alike: z
      .string()
      .optional()
      .describe("The message without what it says of this one place: places of one such are refused alike."),
  })
  .meta({ id: "Reason" });

export const priceLine = z
  .strictObject({
    meter: z.string(),
    quantity: z.string(),
    unit: z.string(),
    rateUsd: usd,
    usd,
    asOf: z.string(),
    source: z.string(),
    rateId: z.string().optional(),
    confidence: z.enum(["high", "stated", "medium", "low"]).optional(),
    note: z.string().optional(),
  })
  .meta({ id: "PriceLine" });
export const price = z
  .strictObject({
    floorUsd: usd,
    expectedUsd: usd,
    ceilingUsd: usd,
    lines: z.array(priceLine),
    notPriced: z.array(z.string()),
    assumes: z.array(z.string()).optional(),
    confidence: z.enum(["high", "stated", "medium", "low"]).optional(),
    asOf: z.strictObject({ from: z.string(), to: z.string() }),
  })
  .meta({ id: "Price", description: "USD a month of 730 hours." });

export const source = z
  .strictObject({
    repo: z.string().optional(),
    commit: z.string().optional(),
    ref: z.string().optional(),
    runUrl: z.string().optional(),
    sequence: z.int().optional(),
  })
  .meta({ id: "Source" });
