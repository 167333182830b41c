import { Big } from "big.js";
import type { Billing, Offer, Price, PriceLine } from "../../../src/domain/offer.ts";
import type { Cloud } from "../../../src/domain/place.ts";

/** Regions that each cloud sells containers in, by and large. */
const REGIONS: Readonly<Record<Cloud, number>> = { ecs: 33, aci: 55, "cloud-run": 42 };
const VARIANTS: Readonly<Record<Cloud, readonly (readonly [Billing, "amd64" | "arm64"])[]>> = {
  ecs: [
    ["on-demand", "amd64"],
    ["on-demand", "arm64"],
    ["spot", "amd64"],
    ["spot", "arm64"],
  ],
  aci: [
    ["on-demand", "amd64"],
    ["spot", "amd64"],
  ],
  "cloud-run": [
    ["request", "amd64"],
    ["instance", "amd64"],
    ["worker-pool", "amd64"],
  ],
};
const METERS = [
  ["cpu-second", "1314000", "vCPU-second"],
  ["memory-gib-second", "2628000", "GiB-second"],
  ["request", "2000000", "request"],
  ["lb-hour", "730", "hour"],
  ["lcu-hour", "812.5", "LCU-hour"],
  ["ipv4-hour", "1460", "address-hour"],
  ["egress-gib", "20", "GiB"],
  ["log-gib", "3.75", "GiB"],
] as const;

/**
 * `count` offers as several accounts of three clouds and a pool of hosts make them: a rate of its own for each meter in each region,
 * a discount of its own for each account, full bills. The same seed gives the same market.
 */
export function market(count: number, seed = 1): readonly Offer[] {
  const random = mulberry(seed);
  const rates = new Map<string, string>();
  const rateOf = (key: string): string => {
    const rate = rates.get(key) ?? `0.0000${String(Math.floor(random() * 900_000) + 100_000)}`;
    rates.set(key, rate);
    return rate;
  };
  const offers: Offer[] = [];
  for (let account = 0; offers.length < count; account += 1) {
    const off = account % 2 === 0 ? undefined : String(Math.floor(random() * 3_000) / 100);
    for (const cloud of ["ecs", "aci", "cloud-run"] as const)
      for (let region = 0; region < REGIONS[cloud]; region += 1)
        for (const [billing, arch] of VARIANTS[cloud])
          offers.push(cloudOffer({ cloud, account, region: `region-${region}`, billing, arch, off, rateOf }));
    for (let host = 0; host < 100; host += 1) offers.push(hostOffer(account, host, Math.floor(random() * 9)));
  }
  return offers.slice(0, count);
}

interface Sold {
  readonly cloud: Cloud;
  readonly account: number;
  readonly region: string;
  readonly billing: Billing;
  readonly arch: "amd64" | "arm64";
  /** Discount in percent. */
  readonly off: string | undefined;
  readonly rateOf: (key: string) => string;
}

function cloudOffer({ cloud, account, region, billing, arch, off, rateOf }: Sold): Offer {
  const lines = METERS.map(([meter, quantity, unit]): PriceLine => {
    const product = meter.startsWith("cpu") || meter.startsWith("memory") ? `${billing}-${arch}` : "shared";
    const rateUsd = rateOf(`${cloud}/${region}/${product}/${meter}`);
    const source = `https://prices.example/${cloud}/${product}/current/${region}/index.json`;
    const usd = new Big(quantity).times(rateUsd).round(12).toFixed();
    const rateId = `${cloud}/${region}/${product}/${meter}@2026-08-15:${rateUsd}`;
    return { meter, quantity, unit, rateUsd, usd, asOf: "2026-08-15", source, rateId };
  });
  const target = `${cloud}-${account}`;
  const capacityReplicas = billing === "spot" ? undefined : 40 + account;
  return {
    id: `${target}/${region}/500m/1024Mi/${arch}/${billing}`,
    place: { provider: cloud, target, region },
    shape: { milliCpu: 500, memoryMiB: 1024, ephemeralStorageGiB: 20, arch },
    billing,
    price: priceOf(off === undefined ? lines : [...lines, discount(lines, off)]),
    fidelity: [{ field: "/resources/memory", level: "snapped", message: "memory 512 MiB -> 1 GiB" }],
    path: { transport: "tls", reach: "name", bypassable: true },
    ...(capacityReplicas === undefined ? {} : { capacityReplicas }),
    jurisdictions: [`C${Number(region.slice(7)) % 20}`, "EU"],
    labels: {},
    impossible: region.endsWith("3") ? [{ rule: "size", message: `${region} has no shape this large` }] : [],
    simulated: false,
    location: { latitude: (Number(region.slice(7)) % 60) + 0.25, longitude: Number(region.slice(7)) * 2.5 },
    gridGramsPerKwh: 20 + Number(region.slice(7)) * 11,
  };
}

function discount(lines: readonly PriceLine[], percent: string): PriceLine {
  const usd = totalOf(lines).times(percent).div(-100).round(12).toFixed();
  return {
    meter: "discount",
    quantity: "1",
    unit: "month",
    rateUsd: usd,
    usd,
    asOf: "2026-11-01",
    source: `account rate: ${percent} % off`,
  };
}

function priceOf(lines: readonly PriceLine[]): Price {
  const expected = totalOf(lines);
  return {
    floorUsd: expected.times("0.31").round(12).toFixed(),
    expectedUsd: expected.toFixed(),
    ceilingUsd: expected.times("3.7").round(12).toFixed(),
    lines,
    notPriced: ["image-pull: time to pull the image is not priced yet"],
    asOf: { from: "2026-08-15", to: "2026-11-01" },
  };
}

function hostOffer(pool: number, host: number, room: number): Offer {
  return {
    id: `pool-${pool}/host-${host}`,
    place: {
      provider: "agents",
      target: `pool-${pool}`,
      region: `pool-${pool}`,
      host: `agt_${pool}x${host}`,
    },
    shape: { milliCpu: 500, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "amd64" },
    billing: "own",
    price: { ...priceOf([]), notPriced: [] },
    fidelity: [],
    path: { transport: "line", reach: "line", bypassable: false },
    capacityReplicas: room,
    jurisdictions: ["DE", "EU"],
    labels: { rack: `r${host % 8}` },
    impossible: [],
    simulated: false,
  };
}

const totalOf = (lines: readonly PriceLine[]): Big =>
  lines.reduce((sum, { usd }) => sum.plus(usd), new Big(0));

/** A small generator of numbers in [0, 1) (mulberry32): the same seed, the same market. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
