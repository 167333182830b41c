import { z } from "zod";
import { RATE_METERS } from "../catalog/meters.ts";
import type { QuoteRequest } from "../catalog/quote-request.ts";
import { CLOUDS } from "../domain/place.ts";
import { parseCpu, parseMemory, parseStorage, type Parsed } from "../domain/quantity.ts";
import { id } from "./bodies.ts";

const MAX_REPLICAS = 100_000;
const DECIMAL = /^\d{1,15}(\.\d{1,15})?$/;

/** A quantity as in a spec ("0.5", "512Mi"), read by the domain's own rule. */
const quantity = (parse: (text: string | number) => Parsed<number>) =>
  z.union([z.string().max(32), z.number()]).transform((text, context) => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: "custom", message: parsed.message });
    return z.NEVER;
  });

/** An amount: a decimal string, or a number as JSON writes it. No signs and no exponents. */
const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(DECIMAL, { error: 'write a decimal such as "0.00001124"' }));

const amounts = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.partialRecord(z.enum(names), decimal);

const Usage = z
  .strictObject({
    seconds: decimal,
    hours: decimal,
    requests: decimal,
    requestMs: decimal,
    concurrency: decimal,
    egressGiB: decimal,
    logGiB: decimal,
  })
  .partial();

/** The body of `POST /v1/quotes`: one shape in one place. */
export const Quote = z
  .strictObject({
    provider: z.enum(CLOUDS),
    region: id,
    resources: z.strictObject({
      cpu: quantity(parseCpu),
      memory: quantity(parseMemory),
      ephemeralStorage: quantity(parseStorage).optional(),
    }),
    replicas: z.int().min(0).max(MAX_REPLICAS).optional(),
    usage: Usage.optional().describe("Run time of each replica, and totals of the period."),
    billing: z.enum(["request", "instance", "job", "worker-pool"]).optional(),
    spot: z.boolean().optional(),
    arch: z.enum(["amd64", "arm64"]).optional(),
    os: z.enum(["linux", "windows"]).optional(),
    rates: amounts(RATE_METERS).optional().describe("USD per unit of a meter, instead of the book's."),
    free: z.boolean().optional().describe("Take the account's free tier off."),
  })
  .transform(({ resources, ...rest }): QuoteRequest => ({
    ...rest,
    resources: {
      milliCpu: resources.cpu,
      memoryMiB: resources.memory,
      ephemeralStorageGiB: resources.ephemeralStorage,
    },
  }));
