import { z } from "zod";
import { RATE_METERS } from "./meters.ts";
import type { QuoteRequest } from "./quote-request.ts";
import { BigDecimal } from "./decimal.ts";
import { cloudNamed } from "./cloud-names.ts";
import { didYouMean } from "../domain/did-you-mean.ts";
import { CLOUDS } from "../domain/place.ts";
import { parseBytes, parseCpu, parseStorage, type Parsed } from "../domain/quantity.ts";

const MAX_REPLICAS = 100_000;
/** A plain decimal, or one with an exponent as programs print small rates; bounded, so that arithmetic stays cheap. */
const DECIMAL = /^\d{1,15}(\.\d{1,60})?([eE][+-]?\d{1,2})?$/;

/** A quantity as in a spec ("0.5", "512Mi"), read by the domain's own rule. */
const quantity = (parse: (text: string | number) => Parsed<number>) =>
  z.union([z.string().max(32), z.number()]).transform((text, context) => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: "custom", message: parsed.message });
    return z.NEVER;
  });

// Vendors write "GB" and mean 1024^3 bytes (aws.amazon.com/fargate/pricing: "on this page GB = 1024^3 bytes").
function asVendorsWrite(text: string | number): string | number {
  if (typeof text === "number") return text;
  const close = text.replaceAll(" ", "");
  return close.replace(/([KMGT])i?B$/i, (_whole, prefix: string) => `${prefix.toUpperCase()}i`);
}

const milliCpu = (text: string | number): Parsed<number> =>
  parseCpu(typeof text === "string" ? text.replace(/ *vCPU$/i, "") : text);

/** Memory in MiB with its fraction: Container Instances sells tenths of a GiB, which are no whole MiB. */
function memoryMiB(text: string | number): Parsed<number> {
  const parsed = sized(text, parseBytes);
  return parsed.ok ? { ok: true, value: parsed.value / BYTES_PER_MIB } : parsed;
}
const BYTES_PER_MIB = 1024 * 1024;
const storageGiB = (text: string | number): Parsed<number> => sized(text, parseStorage);

/**
 * A size whose bare number is what vendors' pages count in, GiB, where so few bytes are nothing anybody sells; a bare number
 * that may as well be MiB is refused, and a large one is bytes, as in Kubernetes.
 */
function sized(text: string | number, parse: (text: string | number) => Parsed<number>): Parsed<number> {
  const written = asVendorsWrite(text);
  const bare = BARE.test(String(written)) ? Number(written) : BYTES_PER_MIB;
  if (bare < BARE_GIB_BELOW) return parse(`${written}Gi`);
  if (bare < BYTES_PER_MIB)
    return { ok: false, message: `${bare} has no unit: write ${bare}Mi or ${bare}Gi` };
  return parse(written);
}
const BARE = /^\d+(\.\d*)?$/;
/** The largest size that a cloud lists has 244 GiB (Fargate), and Cloud Run's smallest has 128 MiB, as which nobody means GiB there. */
const BARE_GIB_BELOW = 256;

/** An amount: a decimal string, or a number as JSON writes it. No signs. */
const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(DECIMAL, { error: 'write a decimal such as "0.00001124"' }));

/** A count, which may be written as any decimal that is whole ("1e6"). */
const count = decimal.refine((text) => new BigDecimal(text).mod(1).eq(0), { error: "write a whole number" });

const amounts = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.partialRecord(z.enum(names), decimal);

const Usage = z
  .strictObject({
    seconds: decimal.describe("Run time of each replica in the period priced."),
    hours: decimal.describe("The same in hours; default 730, a month."),
    requests: count,
    requestMs: decimal.describe(
      "Time of one request; rounded up to 100 ms on Cloud Run. 0 says as little as leaving it out.",
    ),
    concurrency: count.describe(
      "Requests that share an instance, default 1; on Cloud Run 1000 at the most. As many are taken to run at once as can, which is the least that they can cost.",
    ),
    egressGiB: decimal.describe("Traffic to the internet."),
    interRegionGiB: decimal.describe("Traffic to another region of the same cloud."),
    logGiB: decimal.describe("Logs taken in."),
    ipv4Hours: decimal.describe("Address-hours of public IPv4."),
    lbHours: decimal.describe("Hours of load balancers."),
    lcuHours: decimal.describe("Load balancer capacity units, times hours."),
    natHours: decimal.describe("Hours of NAT gateways."),
    natGiB: decimal.describe("Traffic through NAT gateways."),
  })
  .partial();

// Not z.enum: its sentence knows near spellings only, and a vendor's name is none of "ecs".
const cloud = z
  .string()
  .max(63)
  .transform((text, context) => {
    const provider = CLOUDS.find((one) => one === text);
    if (provider !== undefined) return provider;
    const meant = cloudNamed(text) ?? didYouMean(text, CLOUDS);
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    context.addIssue({ code: "custom", message: `write ${CLOUDS.join(", ")}${hint}` });
    return z.NEVER;
  })
  .meta({ enum: CLOUDS });

/** The body of `POST /v1/quotes`: one shape in one place. */
export const Quote = z
  .strictObject({
    provider: cloud,
    region: z.string().trim().min(1).max(63),
    resources: z.strictObject({
      cpu: quantity(milliCpu),
      memory: quantity(memoryMiB),
      ephemeralStorage: quantity(storageGiB).optional(),
    }),
    replicas: z
      .union([
        z.int(),
        z
          .string()
          .regex(/^\d{1,6}$/, { error: "write a whole number" })
          .transform(Number),
      ])
      .pipe(z.int().min(0).max(MAX_REPLICAS))
      .optional()
      .describe(
        "Default 1. On Cloud Run by request, beside requests and their time: instances kept warm for as long as seconds or hours says, default none.",
      ),
    usage: Usage.optional().describe(
      "Run time of each replica, and totals of the period. Only what is named is priced. On Cloud Run by request, beside requests and requestMs, hours or seconds are those of warm instances: for how long `replicas` of them are kept, whatever requests there are.",
    ),
    billing: z
      .enum(["request", "instance", "job", "worker-pool"])
      .optional()
      .describe("How Cloud Run bills, default request; Fargate and Container Instances bill running time."),
    spot: z.boolean().optional(),
    arch: z.enum(["amd64", "arm64"]).optional(),
    os: z.enum(["linux", "windows"]).optional(),
    rates: amounts(RATE_METERS)
      .optional()
      .describe(
        "USD per unit of a meter, instead of the book's. A rate for ipv4-hour, lb-hour, nat-hour or nat-gib names that meter too: an address a replica, one balancer, one gateway, and the egress through it.",
      ),
    free: z
      .boolean()
      .optional()
      .describe("Take the account's free allowances off, as lines of their own; default false."),
  })
  .transform(({ resources, ...rest }): QuoteRequest => ({
    ...rest,
    resources: {
      milliCpu: resources.cpu,
      memoryMiB: resources.memory,
      ephemeralStorageGiB: resources.ephemeralStorage,
    },
  }));
