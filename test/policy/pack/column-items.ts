import * as fc from "fast-check";
import type { GatewayFeatures } from "../../../src/domain/feature.ts";
import type { ImageNeeds, Needs } from "../../../src/domain/needs.ts";
import type { Offer } from "../../../src/domain/offer.ts";
import type { RouteSpec } from "../../../src/domain/spec.ts";
import { completePolicy } from "../../../src/policy/layers.ts";
import type { PackItem } from "../../../src/policy/pack/market.ts";
import type { PlaceQuestion } from "../../../src/policy/question.ts";
import type { Tier } from "../../../src/policy/soft-rules.ts";
import { offersArbitrary, OPEN_GATEWAY, questions, rulesArbitrary } from "../arbitraries.ts";

const A_ROUTE: RouteSpec = {
  port: 8_080,
  protocol: "http1",
  access: "public",
  hosts: [],
  sticky: false,
  timeoutSeconds: 60,
  maxBodyMiB: 16,
};
const NARROW_GATEWAY: GatewayFeatures = { ...OPEN_GATEWAY, grpc: "No gRPC here", maxBodyMiB: 100 };

const shapes = fc.constantFrom<Partial<Offer>>(
  {},
  { shape: { milliCpu: 250, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "any" } },
  { shape: { milliCpu: 2_000, memoryMiB: 256, ephemeralStorageGiB: 20, arch: "amd64" } },
  {
    shape: { milliCpu: 2_000, memoryMiB: 4_096, ephemeralStorageGiB: 200, arch: "amd64" },
    labels: { tier: "gold" },
  },
  { path: { transport: "tls", reach: "name", bypassable: true } },
  { location: { latitude: 53.3, longitude: -6.3 }, gridGramsPerKwh: 280 },
  { location: { latitude: 53.3, longitude: -113.5 }, gridGramsPerKwh: 41 },
  { location: { latitude: 38.9, longitude: -77.4 }, gridGramsPerKwh: 380.5, billing: "spot" },
);
/** Offers of every kind that columns tell apart. */
export const columnOffers: fc.Arbitrary<readonly Offer[]> = offersArbitrary.chain((list) =>
  fc
    .array(shapes, { minLength: list.length, maxLength: list.length })
    .map((changes) => list.map((offer, at) => ({ ...offer, ...changes[at] }))),
);
const weights = fc.constantFrom(
  {},
  { cost: 1, latency: 0, carbon: 0, fidelity: 0, stability: 0 },
  { cost: 0.1, latency: 3, carbon: 2, fidelity: 1, stability: 1 },
  { cost: 0, latency: 0, carbon: 0, fidelity: 0, stability: 0 },
);
const users = fc.constantFrom<PlaceQuestion["users"][]>(undefined, [
  { latitude: 52.5, longitude: 13.4, weight: 2 },
  { latitude: 40.7, longitude: -74, weight: 1 },
]);
const routes = fc.constantFrom<Needs["route"]>(
  undefined,
  A_ROUTE,
  { ...A_ROUTE, access: "private" },
  { ...A_ROUTE, protocol: "grpc" },
  { ...A_ROUTE, maxBodyMiB: 512 },
);
/** What containers ask for, where there are several: the same sum in other parts, some of which do not divide a shape. */
const parts = fc.constantFrom<readonly number[] | undefined>(undefined, [0.5, 0.5], [0.95, 0.05], [0.7, 0.3]);
const sizesOf = (milliCpu: number, memoryMiB: number, shares: readonly number[] | undefined) =>
  shares?.map((share, at) => ({
    name: `c${at}`,
    milliCpu: milliCpu * share,
    memoryMiB: memoryMiB * share,
  }));
const imagesOf = (arches: ImageNeeds["arches"]): ImageNeeds => ({ arches, entrypoints: true });
const images = fc.constantFrom<Needs["images"]>(undefined, imagesOf(["amd64"]), imagesOf([]));
const tiers = fc
  .constantFrom<Tier["where"] | undefined>(
    undefined,
    { providers: ["agents"] },
    { labels: { tier: "gold" } },
    { targets: ["one"] },
    { regions: ["ecs/eu-west-1"] },
    { jurisdictions: ["EU"] },
    { billing: ["spot"] },
    { arch: ["arm64"] },
  )
  .map((where): readonly Tier[] =>
    where === undefined
      ? []
      : [
          { name: "first", where },
          { name: "rest", where: {} },
        ],
  );
/** Workloads that run nowhere, under policies without expressions. */
export const columnItems: fc.Arbitrary<PackItem> = fc
  .record({
    question: questions,
    rules: fc.option(rulesArbitrary, { nil: {} }),
    weights,
    users,
    tiers,
    replicas: fc.integer({ min: 0, max: 7 }),
    milliCpu: fc.constantFrom(250, 500, 1_000),
    shares: parts,
    route: routes,
    images,
    registries: fc.constantFrom(["ghcr.io"], ["quay.io"], ["ghcr.io", "quay.io"]),
    narrow: fc.boolean(),
    budgets: fc.constantFrom([], ["shop"]),
    requireDigest: fc.boolean(),
  })
  .map(
    ({
      question,
      rules,
      replicas,
      budgets,
      milliCpu,
      shares,
      route,
      images,
      registries,
      narrow,
      ...more
    }): PackItem => {
      const policy = completePolicy(question.policy, "tested", {
        ...rules,
        weights: more.weights,
        tiers: more.tiers,
      });
      const { offers: _none, ...asked } = question;
      const sizes = sizesOf(milliCpu, question.needs.memoryMiB, shares);
      const needs = { ...question.needs, milliCpu, sizes, route, images, registries };
      // One and the same object, as it is for all workloads of a gateway.
      const gateway = narrow ? NARROW_GATEWAY : asked.gateway;
      return {
        id: "w",
        priority: 50,
        replicas,
        budgets,
        question: { ...asked, gateway, needs, policy, users: more.users },
      };
    },
  );

/** Routes have several that count, and so are changed more often. */
const RESPECTS = 20;

/** One workload, and others that are like it in all but one respect. */
export const relatives: fc.Arbitrary<readonly PackItem[]> = fc
  .tuple(columnItems, fc.array(fc.tuple(columnItems, fc.nat(RESPECTS)), { minLength: 3, maxLength: 6 }))
  .map(([one, others]) => [one, ...others.map(([other, respect]) => changed(one, other, respect))]);

/** One workload with what another has in one respect. */
function changed(one: PackItem, other: PackItem, respect: number): PackItem {
  const { needs, policy } = one.question;
  const theirs = other.question;
  const asked = (question: Partial<PackItem["question"]>): PackItem => ({
    ...one,
    question: { ...one.question, ...question },
  });
  if (respect === 0) return { ...one, replicas: other.replicas };
  if (respect === 1) return { ...one, budgets: other.budgets };
  if (respect === 2) return asked({ users: theirs.users });
  if (respect === 3) return asked({ needs: sized(needs, theirs.needs) });
  if (respect === 10) return asked({ needs: { ...needs, sizes: undefined } });
  if (respect === 4) return asked({ needs: { ...needs, images: theirs.needs.images } });
  if (respect === 5 || respect > 15)
    return asked({ needs: { ...needs, registries: theirs.needs.registries } });
  if (respect === 6) return asked({ policy: { ...policy, weights: theirs.policy.weights } });
  if (respect === 7) return asked({ policy: { ...policy, tiers: theirs.policy.tiers } });
  if (respect === 8) return asked({ policy: { ...policy, spread: A_SPREAD } });
  if (respect === 9) return asked({ policy: theirs.policy });
  return asked({ needs: { ...needs, route: theirs.needs.route } });
}

const sized = (needs: Needs, { milliCpu, memoryMiB, sizes }: Needs): Needs => ({
  ...needs,
  milliCpu,
  memoryMiB,
  sizes,
});

const A_SPREAD = { over: "region", minimum: 2, whenUnsatisfiable: "ignore" } as const;
