import { z } from "zod";
import { CLOUDS } from "../domain/place.ts";
import { isDecimal } from "../domain/money.ts";
import { METERS } from "../catalog/meters.ts";
import type { FreshPrice } from "../catalog/refresh/fresh-price.ts";
import { type Portion, portionOf } from "../catalog/refresh/portion.ts";
import type { Ports } from "./ports.ts";

/** What was read longer ago is read again: one book holds the prices of one afternoon. */
const MOST_AGE_MS = 2 * 60 * 60_000;

type PartPorts = Pick<Ports, "store" | "now">;

/** Whether a refresh was begun in portions and waits for its next one. */
export async function isUnderWay({ store, now }: PartPorts): Promise<boolean> {
  return (await store.priceParts(now() - MOST_AGE_MS)).length > 0;
}

/** The next portion of a refresh: what earlier ones read, and room for so many requests. */
export async function nextPortion({ store, now }: PartPorts, mostRequests: number): Promise<Portion> {
  const parts = await store.priceParts(now() - MOST_AGE_MS);
  const known = parts.flatMap(({ name, prices }) => {
    const read = PRICES.safeParse(prices);
    return read.success ? [[name, read.data] as const] : [];
  });
  return portionOf(mostRequests, new Map<string, readonly FreshPrice[]>(known));
}

/** Keeps what a portion read, for the next one; false when nothing was left and the reading is whole. */
export async function keepPortion({ store, now }: PartPorts, portion: Portion): Promise<boolean> {
  if (!portion.isCut()) return false;
  const parts = [...portion.read()].map(([name, prices]) => ({ name, prices }));
  await store.keepPriceParts(parts, now());
  return true;
}

const decimal = z.string().refine(isDecimal);
const PRICES = z.array(
  z.strictObject({
    provider: z.enum(CLOUDS),
    product: z.string(),
    region: z.string(),
    meter: z.enum(METERS),
    unit: z.string(),
    usd: decimal,
    from: decimal.optional(),
    to: decimal.optional(),
  }),
);
