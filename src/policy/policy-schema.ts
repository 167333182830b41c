import { Big } from "big.js";
import { z } from "zod";
import { didYouMean } from "../domain/did-you-mean.ts";
import type { Problem } from "../domain/fault.ts";
import { pointerTo } from "../domain/json-pointer.ts";
import { PROVIDERS } from "../domain/place.ts";
import { FIDELITY_LEVELS } from "./levels.ts";

/** Most entries in one list, and most characters of one name. */
const MAX_ENTRIES = 500;
const MAX_CHARS = 253;
/** The same bound as for any money: more is a slip of the keyboard. */
const MAX_USD = 1_000_000_000;
const MAX_WEIGHT = 1000;

const name = z
  .string()
  .min(1, "must not be empty")
  .max(MAX_CHARS, `must have at most ${MAX_CHARS} characters`);
const names = z.array(name).min(1, "must name at least one, or be left out").max(MAX_ENTRIES);
const weight = z.number("must be a number from 0 to 1000").min(0, "must not be negative").max(MAX_WEIGHT);
const usd = z
  .union([z.string(), z.number()], 'must be USD as a decimal, such as "25.00"')
  .refine(isUsd, `must be USD as a decimal from 0 to ${MAX_USD}, such as "25.00"`)
  .transform((value) => new Big(value).toFixed());

/** The document of a policy, field by field. */
export const POLICY = z.strictObject({
  providers: z
    .array(z.enum(PROVIDERS, `must be one of ${PROVIDERS.join(", ")}`))
    .min(1, "must name at least one, or be left out")
    .max(MAX_ENTRIES)
    .optional(),
  targets: names.optional(),
  regions: names.optional(),
  jurisdictions: z
    .array(name.regex(/^[A-Z]{2,3}$/, "must be an ISO country such as DE, or EU or EEA"))
    .min(1, "must name at least one, or be left out")
    .max(MAX_ENTRIES)
    .optional(),
  registries: names.optional(),
  arch: z
    .array(z.enum(["amd64", "arm64"], "must be amd64 or arm64"))
    .min(1, "must name at least one, or be left out")
    .max(2)
    .optional(),
  spot: z.enum(["allow", "forbid"], "must be allow or forbid").optional(),
  maxUsdPerMonth: z.strictObject({ expected: usd.optional(), ceiling: usd.optional() }).optional(),
  minimumFidelity: z.enum(FIDELITY_LEVELS, `must be one of ${FIDELITY_LEVELS.join(", ")}`).optional(),
  allowPlainHttp: z.boolean("must be true or false").optional(),
  weights: z
    .strictObject({ cost: weight.optional(), fidelity: weight.optional(), stability: weight.optional() })
    .refine(
      (weights) =>
        Object.values(weights).length < 3 || Object.values(weights).some((value) => (value ?? 0) > 0),
      "at least one weight must be above 0",
    )
    .optional(),
  movement: z
    .strictObject({
      minimumSavingPercent: z.number("must be a number from 0 to 100").min(0).max(100).optional(),
    })
    .optional(),
});

function isUsd(value: string | number): boolean {
  if (!/^\d{1,10}(\.\d{1,12})?$/.test(String(value))) return false;
  return new Big(value).lte(MAX_USD);
}

/** What is wrong, as JSON pointers below `at`; an unknown field names the one that was probably meant. */
export function problemsOf(issue: z.core.$ZodIssue, at: string): readonly Problem[] {
  const pointer = at + pointerTo(issue.path);
  if (issue.code !== "unrecognized_keys") return [{ pointer, message: issue.message }];
  const known = issue.path.length === 0 ? Object.keys(POLICY.shape) : NESTED_FIELDS;
  return issue.keys.map((key) => {
    const near = didYouMean(key, known);
    return {
      pointer: at + pointerTo([...issue.path, key]),
      message: near === undefined ? "unknown field" : `unknown field; did you mean ${near}?`,
    };
  });
}

const NESTED_FIELDS = ["expected", "ceiling", "cost", "fidelity", "stability", "minimumSavingPercent"];
