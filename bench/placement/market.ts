import type { Offer, Price } from "../../src/domain/offer.ts";
import type { Place } from "../../src/domain/place.ts";
import type { Market, MarketOffer, Pool } from "../../src/policy/pack/market.ts";
import type { Dice } from "../../test/sim/dice.ts";

/** Regions with where they are, what law they are under and how clean their grid is. */
const REGIONS = [
  { id: "eu-west-1", zones: ["IE", "EU"], latitude: 53.3, longitude: -6.3, grams: 280 },
  { id: "eu-central-1", zones: ["DE", "EU"], latitude: 50.1, longitude: 8.7, grams: 344 },
  { id: "eu-north-1", zones: ["SE", "EU"], latitude: 59.3, longitude: 18.1, grams: 41 },
  { id: "eu-south-2", zones: ["ES", "EU"], latitude: 40.4, longitude: -3.7, grams: 146 },
  { id: "us-east-1", zones: ["US"], latitude: 38.9, longitude: -77.4, grams: 380 },
  { id: "us-west-2", zones: ["US"], latitude: 45.8, longitude: -119.7, grams: 300 },
  { id: "ap-southeast-1", zones: ["SG"], latitude: 1.4, longitude: 103.8, grams: 470 },
  { id: "sa-east-1", zones: ["BR"], latitude: -23.5, longitude: -46.6, grams: 99 },
] as const;
const TARGETS = [
  { provider: "ecs", target: "aws-main" },
  { provider: "ecs", target: "aws-lab" },
  { provider: "aci", target: "azure" },
  { provider: "cloud-run", target: "gcp" },
] as const;
const CPU = [250, 500, 1_000, 2_000, 4_000, 8_000] as const;
const GIB_PER_CPU = [2, 4, 8] as const;
const HOSTS = 100;
/** Slices of a host that can be bought: all of them draw from the host. */
const SLICES = [
  { milliCpu: 500, memoryMiB: 1_024 },
  { milliCpu: 1_000, memoryMiB: 2_048 },
  { milliCpu: 1_000, memoryMiB: 8_192 },
  { milliCpu: 2_000, memoryMiB: 4_096 },
  { milliCpu: 4_000, memoryMiB: 16_384 },
] as const;
/** Of the places of clouds, those whose account has a quota that can run out. */
const QUOTA_SHARE = 0.45;

/** A market of exactly `size` offers: shapes of three clouds in eight regions, and hosts. `load` is about the replicas it is made for. */
export function marketOf(dice: Dice, size: number, load: number): Market {
  const pools: Pool[] = [];
  const hosts = hostOffers(dice, pools);
  const clouds = cloudOffers(dice, pools, load);
  if (hosts.length > size) throw new Error("a market of so few offers has no clouds");
  while (hosts.length + clouds.length > size) clouds.splice(dice.between(0, clouds.length - 1), 1);
  if (hosts.length + clouds.length < size)
    throw new Error(`the market has only ${hosts.length + clouds.length} offers`);
  return { offers: [...hosts, ...clouds], pools, budgets: [] };
}

/** The share of offers that something bounds. */
export function boundShare({ offers }: Market): number {
  return offers.filter(({ pools }) => pools.length > 0).length / offers.length;
}

function hostOffers(dice: Dice, pools: Pool[]): MarketOffer[] {
  return Array.from({ length: HOSTS }, (_, number) => {
    const id = `host-${number}`;
    const cores = dice.pick([8, 16, 32]);
    pools.push({ id, milliCpu: cores * 1_000, memoryMiB: cores * 4_096 });
    const region = dice.pick(REGIONS);
    const usdPerCpu = dice.between(900, 2_200) / 100;
    const place: Place = {
      provider: "agents",
      target: `pool-${number % 5}`,
      region: `rack-${number % 5}`,
      host: id,
    };
    return SLICES.map((slice): MarketOffer => {
      const usd = ((slice.milliCpu / 1_000) * usdPerCpu + (slice.memoryMiB / 1_024) * 0.35).toFixed(4);
      return { offer: offerOf(place, region, slice, "amd64", "own", usd), pools: [id] };
    });
  }).flat();
}

function cloudOffers(dice: Dice, pools: Pool[], load: number): MarketOffer[] {
  const found: MarketOffer[] = [];
  for (const { provider, target } of TARGETS)
    for (const region of REGIONS) {
      const place: Place = { provider, target, region: region.id };
      const quota = `${target}/${region.id}`;
      const isBound = dice.chance(QUOTA_SHARE);
      if (isBound)
        pools.push({ id: quota, milliCpu: dice.between(2, 10) * Math.ceil(load / 100) * 1_000 * 0.4 });
      const dearness = dice.between(90, 140) / 100;
      for (const milliCpu of CPU)
        for (const gib of GIB_PER_CPU)
          for (const arch of ["amd64", "arm64"] as const)
            for (const billing of ["on-demand", "spot", "instance", "request"] as const) {
              const memoryMiB = (milliCpu / 1_000) * gib * 1_024;
              const rate =
                (arch === "arm64" ? 0.8 : 1) *
                { "on-demand": 1, spot: 0.35, instance: 0.93, request: 1.2 }[billing];
              const cost = ((milliCpu / 1_000) * 29.5 + (memoryMiB / 1_024) * 3.2) * dearness * rate;
              const shape = { milliCpu, memoryMiB };
              found.push({
                offer: offerOf(place, region, shape, arch, billing, cost.toFixed(4)),
                pools: isBound ? [quota] : [],
              });
            }
    }
  return found;
}

function offerOf(
  place: Place,
  region: (typeof REGIONS)[number],
  size: { readonly milliCpu: number; readonly memoryMiB: number },
  arch: "amd64" | "arm64",
  billing: Offer["billing"],
  usd: string,
): Offer {
  const { provider, target, region: id, host = "" } = place;
  const fidelity: Offer["fidelity"] =
    provider === "aci"
      ? [{ field: "/scale", level: "emulated", message: "scaled by the broker" }]
      : provider === "cloud-run"
        ? [{ field: "/resources/cpu", level: "snapped", message: "in steps" }]
        : [];
  return {
    id: `${provider}/${target}/${id}/${host}/${size.milliCpu}m-${size.memoryMiB}Mi-${arch}/${billing}`,
    place,
    shape: { ...size, ephemeralStorageGiB: 20, arch },
    billing,
    price: priceOf(usd),
    fidelity,
    path:
      host === ""
        ? { transport: "tls", reach: "name", bypassable: provider !== "cloud-run" }
        : { transport: "line", reach: "line", bypassable: false },
    jurisdictions: region.zones,
    location: { latitude: region.latitude, longitude: region.longitude },
    gridGramsPerKwh: region.grams,
    labels: { zone: region.zones[0] },
    impossible: [],
    simulated: false,
  };
}

function priceOf(usd: string): Price {
  return {
    floorUsd: usd,
    expectedUsd: usd,
    ceilingUsd: usd,
    lines: [],
    notPriced: [],
    asOf: { from: "2026-01-01", to: "2026-01-31" },
  };
}
