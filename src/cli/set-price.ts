import type { PriceView } from "./api-prices.ts";
import { statedProduct, statedUnits } from "../catalog/stated-rates.ts";
import type { Meter } from "../catalog/meters.ts";
import type { StatedRate } from "../domain/account-rates.ts";
import { printable } from "../render/printable.ts";
import { ApiProblem } from "./api-problem.ts";
import type { Client } from "./client.ts";
import { Refusal, usage } from "./refusal.ts";

/** Which price: of which meter, where, and how it is bought. */
export interface StatedPrice extends Pick<
  StatedRate,
  "provider" | "region" | "arch" | "os" | "spot" | "billing" | "gpu"
> {
  readonly meter: Meter;
}

/** What it is: USD for a unit, where that is from, and until when (ISO). */
export interface SetRate {
  readonly usd: string;
  readonly unit?: string;
  readonly note: string;
  readonly until?: string;
}

interface Rates {
  readonly version: number;
  readonly discounts: readonly object[];
  readonly commitments: readonly { readonly usdPerMonth: string }[];
  readonly stated: readonly (Omit<StatedRate, "at" | "until"> & {
    readonly product: string;
    readonly statedAt: string;
    readonly until?: string;
  })[];
}

/**
 * Changes one stated price among those of the project, or takes it back where `rate` is undefined, over the version that was read. Gives
 * the broker's answer and what counted before and counts after. Throws a `Refusal` where there is none to take back, where the unit may be
 * mistaken, and where somebody else changed the rates meanwhile.
 */
export async function setPrice(client: Client, price: StatedPrice, rate: SetRate | undefined) {
  const path = "/v1/catalog/rates";
  const { body: rates } = await client.call<Rates>({ method: "GET", path });
  const before = await countingFor(client, price);
  const product = statedProduct(price);
  const isIt = (one: Rates["stated"][number]): boolean =>
    one.provider === price.provider &&
    one.region === price.region &&
    one.meter === price.meter &&
    one.product === product;
  const at = rates.stated.findIndex(isIt);
  if (rate === undefined && at < 0) throw noneStated(price, rates);
  if (rate !== undefined) refuseGuessedUnit(price, rate, before);
  // In its old place, so that who compares two versions sees one line change.
  const place = at < 0 ? rates.stated.length : at;
  const stated: object[] = rates.stated.map(asSent);
  stated.splice(place, 1, ...(rate === undefined ? [] : [{ ...price, ...rate }]));
  const body = {
    discounts: rates.discounts,
    commitments: rates.commitments.map(({ usdPerMonth: _worked, ...one }) => one),
    stated,
  };
  const answer = await explained(`/stated/${place}/`, () =>
    client.call<object>({ method: "PUT", path, body, ifVersion: rates.version }),
  );
  return { answer: answer.body, before, after: await countingFor(client, price) };
}

/** The price before and after, for people. */
export function setPriceText(
  price: StatedPrice,
  before: readonly PriceView[],
  after: readonly PriceView[],
): string {
  const { provider, region, meter } = price;
  return [
    `${provider}/${region}  ${statedProduct(price)} ${meter}`,
    `  before  ${countingText(before)}`,
    `  after   ${countingText(after)}`,
  ]
    .map((line) => `${printable(line)}\n`)
    .join("");
}

async function countingFor(client: Client, price: StatedPrice): Promise<readonly PriceView[]> {
  const { provider, region, meter } = price;
  const { body } = await client.call<{ readonly prices: readonly PriceView[] }>({
    method: "GET",
    path: "/v1/catalog/prices",
    query: { provider, region },
  });
  const product = statedProduct(price);
  const all = body.prices.filter((one) => one.product === product && one.meter === meter);
  const here = all.filter((one) => one.region === region);
  return here.length > 0 ? here : all;
}

// A figure by the hour that is taken for one by the second is 3,600 times too much, and nobody sees it in time.
function refuseGuessedUnit(
  { meter }: StatedPrice,
  { usd, unit }: SetRate,
  [before]: readonly PriceView[],
): void {
  const units = statedUnits(meter);
  const [own] = units;
  if (unit !== undefined || units.length === 1 || before?.unit === own) return;
  throw usage(
    `${usd} USD for what? ${meter} is priced per ${units.join(" or ")}${before === undefined ? "" : `, and here per ${before.unit} so far`}`,
    `Say which:  --unit ${before?.unit ?? units.at(-1) ?? own}`,
  );
}

function noneStated({ provider, region, meter }: StatedPrice, { stated }: Rates): Refusal {
  const there = stated.map((one) => `  ${one.provider}/${one.region}  ${one.product} ${one.meter}`);
  return new Refusal(2, `no price of ${meter} is stated for ${provider}/${region} as it is said here`, {
    details: there.length === 0 ? ["none is stated at all"] : ["stated are", ...there.slice(0, MOST_NAMED)],
    next: "What is set, with all it goes by:  berth prices rates",
  });
}

const MOST_NAMED = 20;

/** `at` is where the price stands in the body: a person knows its fields as flags. */
async function explained<T>(at: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.code === "precondition-failed")
      throw new Refusal(1, "somebody else changed the project's rates meanwhile, so nothing was changed", {
        cause: error,
        next: "Run this again: it goes over what they set",
      });
    const { problems } = error;
    if (problems.length === 0 || !problems.every(({ pointer }) => pointer.startsWith(at))) throw error;
    const details = problems.map(({ pointer, message }) => {
      const field = pointer.slice(at.length);
      return `  ${FIELDS.get(field) ?? `--${field}`}  ${message}`;
    });
    throw new Refusal(2, "the price is not taken", { cause: error, details });
  }
}

/** What is said otherwise than by a flag of the field's name. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ["region", "PLACE"],
  ["meter", "METER"],
  ["usd", "USD"],
  ["note", "--source"],
]);

const asSent = ({ product: _product, statedAt: _at, by: _by, ...one }: Rates["stated"][number]) => one;

function countingText(prices: readonly PriceView[]): string {
  if (prices.length === 0) return "not known";
  return prices
    .map(({ usd, unit, asOf, source, from = "0" }) => {
      const step = from === "0" ? "" : ` from ${from} on`;
      return `${usd} USD per ${unit}${step}, ${source}, ${asOf}`;
    })
    .join("; ");
}
