import { type PriceBook, regionOf } from "../../catalog/book.ts";
import type { FieldFidelity, Refusal } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Billing, Offer, Path, Price } from "../../domain/offer.ts";
import { type Place, type Provider, PROVIDERS } from "../../domain/place.ts";
import type { OfferDocument } from "./offer-document.ts";

/** What a place costs that does not say. */
const DEFAULT_USD = "10";

/** The whole offer that the short form of a test stands for, for these needs. */
export function givenOffer(given: OfferDocument, needs: Needs, book: PriceBook): Offer {
  const place = givenPlace(given.place, given.target);
  const region = regionOf(book, place.provider, place.region);
  const billing = given.billing ?? BILLING[place.provider];
  return {
    id: given.id ?? plainId(place, billing),
    place,
    shape: shapeOf(given, needs),
    billing,
    price: priceOf(given.price ?? DEFAULT_USD, book),
    fidelity: Object.entries(given.fidelity ?? {}).map(fieldFidelity),
    path: pathOf(given, place.provider),
    jurisdictions: given.jurisdictions ?? region?.jurisdictions ?? [],
    labels: given.labels ?? {},
    impossible: (given.impossible ?? []).map(impossible),
    simulated: false,
    location: given.location ?? (region && { latitude: region.latitude, longitude: region.longitude }),
    gridGramsPerKwh: given.gridGramsPerKwh ?? region?.gridGramsPerKwh,
    ...(given.capacity === undefined ? {} : { capacityReplicas: given.capacity }),
  };
}

/** `provider/region/host` as a place. */
export function givenPlace(text: string, target?: string): Place {
  const [word, region = "", host] = text.split("/");
  const provider = PROVIDERS.find((one) => one === word) ?? "agents";
  return {
    provider,
    region,
    ...(target === undefined ? {} : { target }),
    ...(host === undefined ? {} : { host }),
  };
}

/** How a place is billed that does not say. */
export const BILLING: Readonly<Record<Provider, Billing>> = {
  ecs: "on-demand",
  aci: "on-demand",
  "cloud-run": "request",
  agents: "own",
};

// As the label of its place where nothing else tells it apart, since that is what a test calls it.
function plainId({ provider, target, region, host }: Place, billing: Billing): string {
  const where = [target, provider, region, host].filter((part) => part !== undefined).join("/");
  return billing === BILLING[provider] ? where : `${where} ${billing}`;
}

function shapeOf({ shape }: OfferDocument, needs: Needs): Offer["shape"] {
  return {
    milliCpu: shape?.cpu ?? needs.milliCpu,
    memoryMiB: shape?.memory ?? needs.memoryMiB,
    ephemeralStorageGiB: shape?.ephemeralStorage ?? needs.ephemeralStorageGiB,
    arch: shape?.arch ?? (needs.arch === "any" ? "amd64" : needs.arch),
  };
}

function priceOf(given: NonNullable<OfferDocument["price"]>, book: PriceBook): Price | undefined {
  if (given === "unknown") return undefined;
  const {
    expected,
    floor = expected,
    ceiling = expected,
  } = typeof given === "string" ? { expected: given } : given;
  return {
    floorUsd: floor,
    expectedUsd: expected,
    ceilingUsd: ceiling,
    lines: [],
    notPriced: [],
    asOf: { from: book.collected, to: book.collected },
  };
}

function fieldFidelity([field, level]: readonly [string, FieldFidelity["level"]]): FieldFidelity {
  return { field, level, message: `given as ${level} by the test` };
}

function pathOf({ path }: OfferDocument, provider: Provider): Path {
  const usual: Path =
    provider === "agents"
      ? { transport: "line", reach: "line", bypassable: false }
      : { transport: "tls", reach: "name", bypassable: false };
  return {
    transport: path?.transport ?? usual.transport,
    reach: path?.reach ?? usual.reach,
    bypassable: path?.bypassable ?? usual.bypassable,
  };
}

function impossible(message: string): Refusal {
  return { rule: "impossible", message };
}
