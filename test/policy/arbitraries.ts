import * as fc from "fast-check";
import type { FieldFidelity, GatewayFeatures, Refusal } from "../../src/domain/feature.ts";
import type { Billing, Offer, Path, Price } from "../../src/domain/offer.ts";
import { PROVIDERS } from "../../src/domain/place.ts";
import type { PlaceQuestion } from "../../src/policy/place.ts";
import { DEFAULT_POLICY, type Policy, type PolicyRules } from "../../src/policy/policy.ts";
import { aService, aWorker } from "../catalog/needs.ts";

const REGIONS = ["eu-west-1", "us-east-1", "home"] as const;
const ZONES = ["IE", "US", "EU"] as const;

/** A gateway that carries everything. */
export const OPEN_GATEWAY: GatewayFeatures = {
  grpc: true,
  websocket: true,
  rawIp: true,
  privateAddress: true,
  maxBodyMiB: 1024,
};

/** A policy that forbids nothing. */
export const OPEN_POLICY: Policy = {
  ...DEFAULT_POLICY,
  name: "open",
  spot: "allow",
  allowPlainHttp: true,
  minimumFidelity: "dropped",
};

/** An offer of 10 USD a month in a cloud, with TLS; `changes` say what matters to a test. */
export function anOffer(id: string, changes: Partial<Offer> = {}): Offer {
  return {
    id,
    place: { provider: "cloud-run", target: "gcp", region: "eu-west-1" },
    shape: { milliCpu: 500, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "amd64" },
    billing: "on-demand",
    price: aPrice("10"),
    fidelity: [],
    path: { transport: "tls", reach: "name", bypassable: true },
    jurisdictions: ["IE", "EU"],
    labels: {},
    impossible: [],
    simulated: false,
    ...changes,
  };
}

/** A price whose three amounts are one. */
export function aPrice(usd: string, ceilingUsd = usd): Price {
  const asOf = { from: "2026-01-01", to: "2026-01-02" };
  return { floorUsd: usd, expectedUsd: usd, ceilingUsd, lines: [], notPriced: [], asOf };
}

const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const subset = <T>(values: readonly T[]): fc.Arbitrary<readonly T[] | undefined> =>
  sometimes(fc.subarray([...values], { minLength: 1 }));

const paths: fc.Arbitrary<Path> = fc.record({
  transport: fc.constantFrom("tls", "plain", "line"),
  reach: fc.constantFrom("name", "ip", "line", "loopback"),
  bypassable: fc.boolean(),
});
const fidelity: fc.Arbitrary<FieldFidelity> = fc.record({
  field: fc.constantFrom("/scale", "/resources/cpu"),
  level: fc.constantFrom("exact", "snapped", "emulated", "dropped"),
  message: fc.constant("as it is"),
});
const billing: fc.Arbitrary<Billing> = fc.constantFrom("on-demand", "spot", "request", "own");
const refusal: fc.Arbitrary<Refusal> = fc.constant({ rule: "size", message: "Too big: ask for less" });

const offerParts = fc.record({
  place: fc.record({
    provider: fc.constantFrom(...PROVIDERS),
    target: sometimes(fc.constantFrom("one", "two")),
    region: fc.constantFrom(...REGIONS),
    host: sometimes(fc.constantFrom("a", "b", "c")),
  }),
  billing,
  price: sometimes(fc.integer({ min: 0, max: 5000 }).map((cents) => aPrice((cents / 100).toFixed(2)))),
  fidelity: fc.array(fidelity, { maxLength: 3 }),
  path: paths,
  capacityReplicas: sometimes(fc.integer({ min: 0, max: 4 })),
  jurisdictions: fc.subarray([...ZONES]),
  impossible: fc.array(refusal, { maxLength: 1 }),
  simulated: fc.boolean(),
});

/** Offers with ids that differ, as adapters give them. */
export const offersArbitrary: fc.Arbitrary<readonly Offer[]> = fc
  .array(offerParts, { maxLength: 14 })
  .map((parts) => parts.map((part, index) => anOffer(`offer-${String.fromCharCode(97 + index)}`, part)));

export const rulesArbitrary: fc.Arbitrary<PolicyRules> = fc.record({
  providers: subset(PROVIDERS),
  targets: subset(["one", "two"]),
  regions: subset([...REGIONS, "ecs/eu-west-1", "agents/home"]),
  jurisdictions: subset(ZONES),
  registries: subset(["ghcr.io", "quay.io"]),
  arch: subset(["amd64", "arm64"] as const),
  spot: sometimes(fc.constantFrom("allow", "forbid")),
  maxUsdPerMonth: sometimes(
    fc.record({
      expected: sometimes(fc.integer({ min: 0, max: 50 }).map(String)),
      ceiling: sometimes(fc.integer({ min: 0, max: 50 }).map(String)),
    }),
  ),
  minimumFidelity: sometimes(fc.constantFrom("exact", "snapped", "emulated", "dropped")),
  allowPlainHttp: sometimes(fc.boolean()),
  movement: sometimes(fc.record({ minimumSavingPercent: fc.integer({ min: 0, max: 100 }) })),
});

const gateways: fc.Arbitrary<GatewayFeatures> = fc.record({
  grpc: fc.constantFrom<true | string>(true, "No gRPC here"),
  websocket: fc.constant(true),
  rawIp: fc.constantFrom<true | string>(true, "No bare addresses here"),
  privateAddress: fc.constantFrom<true | string>(true, "No private addresses here"),
  maxBodyMiB: fc.constantFrom(16, 1024),
});

const match = fc.record(
  {
    provider: fc.constantFrom(...PROVIDERS),
    target: fc.constantFrom("one", "two"),
    region: fc.constantFrom(...REGIONS),
  },
  { requiredKeys: [] },
);

/** A whole question, mostly lenient, so that something is usually left to rank. */
export const questions: fc.Arbitrary<PlaceQuestion> = fc.record({
  needs: fc.constantFrom(aService(), aWorker()),
  offers: offersArbitrary,
  policy: fc.constantFrom(OPEN_POLICY, DEFAULT_POLICY),
  gateway: fc.oneof({ weight: 2, arbitrary: fc.constant(OPEN_GATEWAY) }, gateways),
  pin: fc.option(match, { nil: undefined, freq: 8 }),
  avoid: fc.array(match, { maxLength: 1 }),
});
