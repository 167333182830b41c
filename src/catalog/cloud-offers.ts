import { type Features, type Refusal, refusals } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { Offer, Path } from "../domain/offer.ts";
import type { Cloud } from "../domain/place.ts";
import { type PriceBook, type Region, regionOf } from "./book.ts";
import { withCaused } from "./caused.ts";
import { ACI_CAPABILITIES } from "./features/aci.ts";
import { CLOUD_RUN_CAPABILITIES } from "./features/cloud-run.ts";
import { ECS_CAPABILITIES } from "./features/ecs.ts";
import { type CapabilityTable, demandFidelity, featuresOf, limitsOf } from "./features/capability.ts";
import { sizeFidelity } from "./features/size-fidelity.ts";
import { monthPrice, type MonthPrice } from "./month-price.ts";
import type { QuoteRequest } from "./quote-request.ts";
import { unlistedPrices } from "./realms.ts";
import { statePrice } from "./state-price.ts";
import type { Variant } from "./variant.ts";
import { aciVariants } from "./variants-aci.ts";
import { cloudRunVariants } from "./variants-cloud-run.ts";
import { ecsVariants } from "./variants-ecs.ts";

/** Whether what is bought so has no public address. */
export type IsPrivate = (bought: Pick<Offer, "shape" | "billing">) => boolean;

/** Every way a cloud sells these needs in one region, priced; what it cannot do is in `impossible`. An unknown region has none. */
export function cloudOffers(
  provider: Cloud,
  region: string,
  needs: Needs,
  book: PriceBook,
  isPrivate?: IsPrivate,
): readonly Offer[] {
  const found = regionOf(book, provider, region);
  return found === undefined ? [] : offersIn(found, needs, book, isPrivate);
}

/** Every way to run these needs in every region of every cloud. */
export function allCloudOffers(needs: Needs, book: PriceBook): readonly Offer[] {
  return book.regions.flatMap((region) =>
    offersIn(region, needs, book).map(({ boundLines: _boundLines, ...offer }) => offer),
  );
}

/** What each cloud can do with a spec, as data. */
export const CLOUD_CAPABILITIES: Readonly<Record<Cloud, CapabilityTable>> = {
  ecs: ECS_CAPABILITIES,
  aci: ACI_CAPABILITIES,
  "cloud-run": CLOUD_RUN_CAPABILITIES,
};

/** What each cloud answers to every feature a spec can ask for. */
export const CLOUD_FEATURES: Readonly<Record<Cloud, Features>> = {
  ecs: featuresOf(ECS_CAPABILITIES),
  aci: featuresOf(ACI_CAPABILITIES),
  "cloud-run": featuresOf(CLOUD_RUN_CAPABILITIES),
};

interface CloudRules {
  readonly variants: (region: Region, needs: Needs) => readonly Variant[];
  readonly path: Path;
}

const RULES: Readonly<Record<Cloud, CloudRules>> = {
  ecs: {
    variants: ecsVariants,
    // Without a load balancer a task is reached at its own address, over plain HTTP.
    path: { transport: "plain", reach: "ip", bypassable: true },
  },
  aci: {
    variants: aciVariants,
    // <label>.<region>.azurecontainer.io, or the like of a sovereign cloud, without TLS.
    path: { transport: "plain", reach: "name", bypassable: true },
  },
  "cloud-run": {
    variants: cloudRunVariants,
    path: { transport: "tls", reach: "name", bypassable: true },
  },
};

function offersIn(
  region: Region,
  needs: Needs,
  book: PriceBook,
  isPrivate: IsPrivate = () => false,
): readonly Offer[] {
  const rules = RULES[region.provider];
  const refused = refusals(needs.demands, CLOUD_FEATURES[region.provider]);
  const table = CLOUD_CAPABILITIES[region.provider];
  const limited = limitsOf(needs, table);
  const demanded = demandFidelity(needs, table);
  return rules.variants(region, needs).map((variant): Offer => {
    const { snap, billing, month } = variant;
    const { shape } = snap;
    const priced: Partial<MonthPrice> =
      snap.refusals.length > 0
        ? {}
        : monthPrice(withCaused(month, needs, region, book, isPrivate({ shape, billing })), book);
    return {
      id: `${region.provider}/${region.id}/${shape.milliCpu}m-${shape.memoryMiB}Mi-${shape.arch}/${billing}`,
      place: { provider: region.provider, region: region.id },
      shape,
      billing,
      price: priced.price,
      ...(priced.boundLines === undefined ? {} : { boundLines: priced.boundLines }),
      ...unknownIn(priced, month.ceiling),
      fidelity: [...sizeFidelity(needs, shape, snap.sizes), ...demanded, ...variant.fidelity],
      path: rules.path,
      jurisdictions: region.jurisdictions,
      location: { latitude: region.latitude, longitude: region.longitude },
      gridGramsPerKwh: region.gridGramsPerKwh,
      labels: {},
      impossible: [
        ...refused,
        ...limited,
        ...snap.refusals,
        ...variant.refusals,
        ...(priced.unknown === undefined ? [] : unlisted(region)),
      ],
      simulated: false,
    };
  });
}

type Unknown = Pick<Offer, "unknownMeters" | "stateWith">;

function unknownIn({ unknown }: Partial<MonthPrice>, request: QuoteRequest): Unknown {
  if (unknown === undefined) return {};
  return { unknownMeters: unknown, stateWith: unknown.map((meter) => statePrice(request, meter)) };
}

// No refresh will ever bring such a price; whoever knows it can state it.
function unlisted({ provider, id }: Region): readonly Refusal[] {
  const message = unlistedPrices({ provider, region: id });
  return message === undefined ? [] : [{ rule: "price", message }];
}
