import { z } from "zod";
import { PROVIDERS } from "../../domain/place.ts";
import { wholeNumber } from "../../domain/spec-schema/fields.ts";
import { SPREAD_OVER } from "../soft-rules.ts";
import { cel, jurisdiction, labels, MAX_RULES, name, names, ruleName, someOf } from "./parts.ts";

const MAX_WEIGHT = 1000;
const MAX_USERS = 50;
/** More distinct values than this exist nowhere. */
const MAX_SPREAD = 100;
const MINUTES_A_MONTH = 43_200;
const MAX_AN_HOUR = 10_000;
const SECONDS_A_DAY = 86_400;
const BILLINGS = ["on-demand", "spot", "request", "instance", "job", "worker-pool", "own"] as const;

const weight = z.number().min(0).max(MAX_WEIGHT).optional();
const degrees = z.strictObject({
  latitude: z.number().min(-90).max(90).describe("Degrees north."),
  longitude: z.number().min(-180).max(180).describe("Degrees east."),
});
const user = z.strictObject({
  place: z
    .union([name, degrees], { error: "write a region such as ecs/eu-west-1, or {latitude, longitude}" })
    .describe("A region of the catalog such as `ecs/eu-west-1`, or degrees."),
  weight: z
    .number()
    .gt(0)
    .max(MAX_WEIGHT)
    .optional()
    .describe("Share of them, against the other entries; 1 where left out."),
});
const where = z.strictObject({
  providers: someOf(z.enum(PROVIDERS)).optional().describe("Of these providers."),
  targets: names.optional().describe("At these targets."),
  regions: names.optional().describe("In these regions, alone or with their provider."),
  jurisdictions: someOf(jurisdiction).optional().describe("In one of these countries or zones."),
  billing: someOf(z.enum(BILLINGS)).optional().describe("Bought in one of these ways."),
  arch: someOf(z.enum(["amd64", "arm64"]), 2)
    .optional()
    .describe("On one of these processors."),
  labels: labels.optional().describe("Labels that the offer must have."),
  when: cel.optional().describe("CEL as in `require`."),
});
const tier = z.strictObject({
  name: ruleName.describe("What people call it."),
  where: where.describe("What it takes in: every field that is there must hold; `{}` takes everything."),
  overflow: ruleName
    .optional()
    .describe("The tier to try next, the following one where left out; `none` ends."),
});

/** Preferences. The most specific layer that speaks of a field decides it. */
export const SOFT_FIELDS = {
  weights: z
    .strictObject({
      cost: weight.describe("Of the price."),
      latency: weight.describe("Of the estimated time to users; counts only where `users` are named."),
      carbon: weight.describe("Of the grid's gCO2e per kWh; unknown counts as the worst that is known."),
      fidelity: weight.describe("Of how exactly the spec is honoured."),
      stability: weight.describe("Of capacity that stays."),
    })
    .optional()
    .describe("How much each score counts; they are divided by their sum."),
  users: someOf(user, MAX_USERS).optional().describe("Where the users are."),
  tiers: someOf(tier, MAX_RULES)
    .optional()
    .describe("Steps of preference, the first one first. A place in none of them is refused."),
  spread: z
    .strictObject({
      over: z.enum(SPREAD_OVER).describe("What must differ."),
      minimum: wholeNumber(2, MAX_SPREAD).describe("On at least so many."),
      whenUnsatisfiable: z
        .enum(["refuse", "ignore"])
        .optional()
        .describe("`refuse` where left out; `ignore` spreads as far as it goes."),
    })
    .optional()
    .describe("Replicas on several providers, targets, regions or countries at once."),
  movement: z
    .strictObject({
      minimumSavingPercent: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe("Least saving, in percent of the present price."),
      cooldownMinutes: wholeNumber(0, MINUTES_A_MONTH)
        .optional()
        .describe("Least time between two moves of one workload. Binds automation only."),
      maxPerHour: wholeNumber(0, MAX_AN_HOUR)
        .optional()
        .describe("Most moves an hour in the project. Binds automation only."),
    })
    .optional()
    .describe("When a workload that runs well leaves its place."),
  failover: z
    .strictObject({
      tolerationSeconds: wholeNumber(0, SECONDS_A_DAY)
        .optional()
        .describe(
          "How long a silent host is waited for before its replicas start elsewhere; 7 where left out.",
        ),
      purge: z
        .enum(["graceful", "direct"])
        .optional()
        .describe(
          "Whether what is left on a lost place stays until its replacement serves, or is ended at once: `direct` means that it never serves beside its replacement, and ends even if its place comes back sooner.",
        ),
      maxPerHour: wholeNumber(0, MAX_AN_HOUR)
        .optional()
        .describe("Most failovers an hour in the project; no bound where left out."),
      failback: z
        .boolean()
        .optional()
        .describe(
          "Go back to the place that a failover left, once it has been able to take the workload again for `movement.cooldownMinutes`.",
        ),
    })
    .optional()
    .describe("What happens when a place goes."),
  whenViolated: z
    .enum(["report", "move"])
    .optional()
    .describe(
      "What happens to a workload that runs where its policy no longer allows it: an event, or a move as well.",
    ),
};
