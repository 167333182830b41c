import { z } from "zod";
import { isDecimal } from "../../domain/money.ts";
import { PROVIDERS } from "../../domain/place.ts";
import { parseCpu, parseMemory, parseStorage, type Parsed } from "../../domain/quantity.ts";
import { FIDELITY_LEVELS } from "../levels.ts";

/** Longest name, label or sentence in a test. */
export const MAX_CHARS = 253;
const MAX_LABELS = 64;
const MAX_FIDELITY = 100;
const MAX_JURISDICTIONS = 50;
const MAX_REPLICAS = 100_000;
const MAX_SENTENCES = 20;
const PLACE = new RegExp(`^(${PROVIDERS.join("|")})/[^/\\s]{1,63}(/[^/\\s]{1,63})?$`);

/** Words a person may choose. */
export const text = z
  .string()
  .min(1, "must not be empty")
  .max(MAX_CHARS, `must have at most ${MAX_CHARS} characters`);

/** `ecs/eu-west-1`, `agents/home/host-a`. */
export const placeText = text.regex(
  PLACE,
  `write provider/region or agents/pool/host, with a provider of ${PROVIDERS.join(", ")}`,
);

export const labels = z
  .record(text, text)
  .refine((given) => Object.keys(given).length <= MAX_LABELS, `must have at most ${MAX_LABELS} entries`);

const usd = z
  .union([z.string(), z.number()], { error: 'write USD a month as a decimal, such as "12.50"' })
  .transform(String)
  .refine((amount) => isDecimal(amount) && !amount.startsWith("-"), 'write a decimal, such as "12.50"');

const quantity = (parse: (given: string | number) => Parsed<number>, form: string) =>
  z.union([z.string(), z.number()], { error: form }).transform((given, context) => {
    const parsed = parse(given);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: "custom", message: parsed.message });
    return z.NEVER;
  });
export const cpu = quantity(parseCpu, "write vCPUs as 0.5, or thousandths as 500m");
export const memory = quantity(parseMemory, "write memory as 512Mi or 1Gi");
export const storage = quantity(parseStorage, "write sizes as 20Gi");

const price = z
  .union(
    [
      z.literal("unknown"),
      usd,
      z.strictObject({
        expected: usd.describe("USD a month at the expected use."),
        floor: usd.optional().describe("USD a month idle; the expected one if absent."),
        ceiling: usd.optional().describe("USD a month at scale.max; the expected one if absent."),
      }),
    ],
    { error: 'write USD a month such as "12.50", an object with expected, floor and ceiling, or unknown' },
  )
  .describe("USD a month, or unknown. 10 if absent.");

const shape = z
  .strictObject({
    cpu: cpu.optional(),
    memory: memory.optional(),
    ephemeralStorage: storage.optional(),
    arch: z.enum(["amd64", "arm64", "any"]).optional(),
  })
  .describe("What one replica gets. Exactly what is asked for if absent, on amd64.");

const fidelity = z
  .record(
    text.regex(/^\//, "name a field of the spec by its pointer, such as /scale/max"),
    z.enum(FIDELITY_LEVELS),
  )
  .refine((given) => Object.keys(given).length <= MAX_FIDELITY, `must have at most ${MAX_FIDELITY} entries`)
  .describe("Fields that are not honoured exactly: pointer -> snapped, emulated or dropped.");

const path = z
  .strictObject({
    transport: z.enum(["tls", "plain", "line"]).optional(),
    reach: z.enum(["name", "ip", "network", "line", "loopback"]).optional(),
    bypassable: z.boolean().optional(),
  })
  .describe("How traffic gets there. TLS to a name if absent, the agent's own line for agents.");

/** One given offer: only `place` is needed. */
export const OFFER = z.strictObject({
  place: placeText.describe("Where: ecs/eu-west-1, or agents/pool/host."),
  id: text.optional().describe("What expect calls it, where its place does not tell it apart."),
  target: text.optional().describe("The connected target's name."),
  price: price.optional(),
  shape: shape.optional(),
  billing: z
    .enum(["on-demand", "spot", "request", "instance", "job", "worker-pool", "own"])
    .optional()
    .describe("own for agents, request for Cloud Run, else on-demand if absent."),
  fidelity: fidelity.optional(),
  path: path.optional(),
  jurisdictions: z
    .array(text)
    .max(MAX_JURISDICTIONS)
    .optional()
    .describe("Countries and legal zones. The catalog's for a known region if absent."),
  capacity: z
    .int()
    .min(0)
    .max(MAX_REPLICAS)
    .optional()
    .describe("Most replicas that fit now. No bound if absent."),
  gridGramsPerKwh: z.number().min(0).optional().describe("Carbon of the grid. The catalog's if absent."),
  location: z
    .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
    .optional()
    .describe("Where it lies. The catalog's if absent."),
  labels: labels.optional(),
  impossible: z
    .array(text)
    .max(MAX_SENTENCES)
    .optional()
    .describe("Why the place itself cannot take it; such an offer is always rejected."),
});
export type OfferDocument = z.output<typeof OFFER>;
