import { z } from "zod";
import { METERS, RATE_METERS } from "../catalog/meters.ts";
import { CLOUDS } from "../domain/place.ts";
import { id, instant } from "./bodies.ts";

const MAX_DISCOUNTS = 200;
const MAX_COMMITMENTS = 50;
/** As many as a receipt and its plan can carry. */
const MAX_STATED = 200;
const MAX_NOTE = 200;
const MAX_PERCENT = 100;

const positive = (what: string) =>
  z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^\d{1,9}(\.\d{1,12})?$/, { error: `write a decimal such as "12.5", ${what}` }))
    .refine((text) => Number(text) > 0, { error: "write more than 0" });

const DECIMAL = /^\d{1,9}(\.\d{1,20})?$/;

const stated = z.strictObject({
  provider: z.enum(CLOUDS),
  region: id,
  meter: z
    .enum([...RATE_METERS, "secret-month"])
    .describe("What is counted, as in the lines of a quote and in its `rates`."),
  usd: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(DECIMAL, { error: 'write a decimal such as "0.0466"' }))
    .describe("USD for one unit; 0 is allowed."),
  unit: z
    .string()
    .max(32)
    .optional()
    .describe(
      "The meter's own unit when absent; what is counted by the second may be priced by the hour, such as `vCPU-hour`.",
    ),
  arch: z.enum(["amd64", "arm64"]).optional(),
  os: z.enum(["linux", "windows"]).optional(),
  spot: z.boolean().optional(),
  billing: z.enum(["request", "instance", "job", "worker-pool"]).optional(),
  gpu: id.optional().describe("The type that gpu-second counts, as a spec names it."),
  note: z.string().min(1).max(MAX_NOTE).optional().describe("Stands at every line that the rate makes."),
  until: instant
    .optional()
    .describe("From then on it counts no more, and the book's price does, if it has one."),
});

/** The body of `PUT /v1/catalog/rates`: all of a project's own rates. */
export const AccountRatesBody = z.strictObject({
  discounts: z
    .array(
      z.strictObject({
        provider: z.enum(CLOUDS),
        meter: z
          .enum(METERS)
          .optional()
          .describe("Only what is counted so; all of the provider's when absent."),
        region: id.optional(),
        percent: positive("the part taken off")
          .refine((text) => Number(text) <= MAX_PERCENT, { error: `write at most ${MAX_PERCENT}` })
          .describe("Taken off the list price, which stays as a line of its own."),
        until: instant.optional().describe("From then on it counts no more."),
      }),
    )
    .max(MAX_DISCOUNTS)
    .default([])
    .describe(
      "Of several that fit a line the one that names most counts: meter and region, meter, region, provider.",
    ),
  commitments: z
    .array(
      z.strictObject({
        provider: z.enum(CLOUDS),
        usdPerHour: positive("USD an hour of what compute costs after discounts"),
        until: instant,
      }),
    )
    .max(MAX_COMMITMENTS)
    .default([])
    .describe(
      "Compute that is paid for whether it is used or not: using it costs nothing more until it is used up.",
    ),
  stated: z
    .array(stated)
    .max(MAX_STATED)
    .default([])
    .describe(
      "List prices, for where the price book has none or another. What is left out is as in a quote: amd64, Linux, on demand, Cloud Run by request. Discounts and commitments count for them, too.",
    ),
});

/** The body of `POST /v1/catalog/refresh`. */
export const RefreshBody = z.strictObject({
  providers: z.array(z.enum(CLOUDS)).min(1).max(CLOUDS.length).optional().describe("All when absent."),
  accept: z
    .array(
      z.strictObject({
        row: z.string().max(200).describe("As a report names it: `aci/westeurope/linux/cpu-second`."),
        usd: z
          .string()
          .regex(/^\d{1,9}(\.\d{1,20})?$/, { error: 'write a decimal such as "0.0466"' })
          .describe("Exactly the figure that was quarantined."),
      }),
    )
    .max(MAX_DISCOUNTS)
    .optional()
    .describe("Jumps that somebody has looked at: each lets exactly this figure through."),
});
