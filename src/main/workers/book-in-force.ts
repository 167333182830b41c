import type { Ports } from "../../broker/ports.ts";
import { Fault } from "../../domain/fault.ts";
import { parsePriceSettings, type PriceSettings, type PriceVariables } from "../price-settings.ts";

/** An isolate asks this often whether another has put a newer price book in force, ms. */
const BOOK_AGE_MS = 60_000;

/** Makes this isolate's prices those in force. Where the store does not say, those it has will do. */
export async function followPrices({ books, log }: Pick<Ports, "books" | "log">): Promise<void> {
  try {
    await books.catchUp(BOOK_AGE_MS);
  } catch (error) {
    log("warn", `prices in force are not known now: ${String(error)}`);
  }
}

/** How prices are kept up to date. Throws `unavailable` with the variable's name when one says nothing that can be used. */
export function pricesIn(env: PriceVariables): PriceSettings {
  const { settings, problems } = parsePriceSettings(env);
  if (problems.length > 0) throw new Fault("unavailable", problems.join(" "));
  return settings;
}
