import { z } from "zod";
import { REGION } from "../../catalog/book-items.ts";
import { CONFIDENCES } from "../../catalog/confidence.ts";
import { priceLine, shape, usd } from "./parts.ts";

const region = REGION.meta({ id: "Region" });
const listedPrice = z
  .strictObject({
    provider: z.string(),
    product: z.string(),
    region: z.string(),
    meter: z.string(),
    id: z.string(),
    usd,
    unit: z.string(),
    asOf: z.string(),
    checkedAt: z.iso
      .datetime()
      .optional()
      .describe("When the provider last said it; absent for a price nobody could check."),
    source: z.string(),
    confidence: z.enum(CONFIDENCES),
    from: z.string().optional().describe("Of a tier: units of a month from which it counts."),
    to: z.string().optional().describe("Of a tier: units of a month up to which it counts."),
    freePerMonth: z.string().optional().describe("Units a month that the whole account has for nothing."),
    note: z.string().optional(),
  })
  .meta({ id: "ListedPrice" });

export const catalogAnswers = {
  RegionList: z.strictObject({ regions: z.array(region) }),
  PriceList: z.strictObject({ collected: z.string(), hash: z.string(), prices: z.array(listedPrice) }),
  Quote: z.strictObject({
    totalUsd: usd,
    lines: z.array(priceLine),
    notPriced: z.array(z.string()),
    unknown: z.array(z.string()),
    shape,
  }),
};
