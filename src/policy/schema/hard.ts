import { z } from "zod";
import { PROVIDERS } from "../../domain/place.ts";
import { listOf } from "../../domain/spec-schema/fields.ts";
import { FIDELITY_LEVELS } from "../levels.ts";
import { cel, jurisdiction, MAX_RULES, message, names, ruleName, someOf, usd } from "./parts.ts";

const requirement = z.strictObject({
  name: ruleName.describe("What people call it."),
  when: cel.describe(
    "CEL over `offer`, `needs`, `workload`, `incumbent` and `now`; an offer is refused where it is not true.",
  ),
  message: message.describe("What the person whose place is refused reads."),
});

/** Rules that refuse offers. Those of several layers must all hold. */
export const HARD_FIELDS = {
  providers: someOf(z.enum(PROVIDERS)).optional().describe("Only these providers."),
  targets: names.optional().describe("Only these connected targets, by name."),
  regions: names
    .optional()
    .describe("Only these regions: `eu-west-1`, or with its provider `ecs/eu-west-1`; for agents the pool."),
  jurisdictions: someOf(jurisdiction)
    .optional()
    .describe("Only regions of these countries or legal zones: ISO countries such as `DE`, or `EU`, `EEA`."),
  registries: names.optional().describe("Images, sidecars' too, only from these registry hosts."),
  arch: someOf(z.enum(["amd64", "arm64"]), 2)
    .optional()
    .describe("Only these processor architectures."),
  spot: z
    .enum(["allow", "forbid"])
    .optional()
    .describe("Whether capacity that can be taken away at any time may be used."),
  maxUsdPerMonth: z
    .strictObject({
      expected: usd.optional().describe("Most USD a month for the expected price."),
      ceiling: usd.optional().describe("Most USD a month for the price at `scale.max`."),
    })
    .optional()
    .describe("Caps on a place's price."),
  minimumFidelity: z
    .enum(FIDELITY_LEVELS)
    .optional()
    .describe("The worst way in which a field may be honoured; a place with a worse one is refused."),
  allowPlainHttp: z
    .boolean()
    .optional()
    .describe("Whether requests may cross the internet in clear text between gateway and container."),
  requireDigest: z
    .boolean()
    .optional()
    .describe("Whether an image that is not pinned to a digest is refused."),
  require: listOf(requirement, MAX_RULES).optional().describe("Expressions that must be true of a place."),
};
