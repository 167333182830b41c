import * as fc from "fast-check";
import type { FieldFidelity, GatewayFeatures, Refusal } from "../../src/domain/feature.ts";
import type { Billing, Offer, Path, Price } from "../../src/domain/offer.ts";
import { type Place, PROVIDERS } from "../../src/domain/place.ts";
import type { PlaceMatch } from "../../src/policy/match.ts";
import type { PlaceQuestion } from "../../src/policy/question.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/policy/policy.ts";
import type { PolicyRules } from "../../src/policy/policy-rules.ts";
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

const paths: fc.Arbitrary<Path> = fc.record({
  transport: fc.constantFrom("tls", "plain", "line"),
  reach: fc.constantFrom("name", "ip", "network", "line", "loopback"),
  bypassable: fc.boolean(),
});
const fidelity: fc.Arbitrary<FieldFidelity> = fc.record({
  field: fc.constantFrom("/scale", "/resources/cpu"),
  level: fc.constantFrom("exact", "snapped", "emulated", "dropped"),
  message: fc.constant("as it is"),
});
const billing: fc.Arbitrary<Billing> = fc.constantFrom("on-demand", "spot", "request", "own");
const refusal: fc.Arbitrary<Refusal> = fc.constant({ rule: "size", message: "Too big: ask for less" });

const cap = sometimes(fc.constantFrom("0", "4.5", "5", "10", "50"));

function ruled<Field extends keyof PolicyRules>(
  field: Field,
  value: fc.Arbitrary<PolicyRules[Field]>,
): fc.Arbitrary<readonly [Field, PolicyRules[Field]]> {
  return value.map((rule) => [field, rule] as const);
}

/** Few places and few prices, so that offers share them and ties are common. */
const PLACES: readonly Place[] = [
  { provider: "ecs", target: "one", region: "eu-west-1" },
  { provider: "ecs", target: "two", region: "eu-west-1" },
  { provider: "cloud-run", region: "us-east-1" },
  { provider: "agents", target: "one", region: "home", host: "a" },
  { provider: "agents", target: "one", region: "home", host: "b" },
  { provider: "agents", target: "two", region: "home", host: "c" },
];
const mostly = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const offerParts = fc.record({
  place: fc.constantFrom(...PLACES),
  shape: fc
    .constantFrom<Offer["shape"]["arch"]>("amd64", "any", "arm64")
    .map((arch) => ({ milliCpu: 500, memoryMiB: 512, ephemeralStorageGiB: 20, arch })),
  billing: mostly<Billing>("own", billing),
  price: fc.option(
    fc.constantFrom("0", "4", "5", "5.5", "10", "40").map((usd) => aPrice(usd)),
    { nil: undefined, freq: 10 },
  ),
  fidelity: mostly<readonly FieldFidelity[]>([], fc.array(fidelity, { maxLength: 3 })),
  path: mostly<Path>({ transport: "line", reach: "line", bypassable: false }, paths),
  capacityReplicas: sometimes(fc.integer({ min: 0, max: 4 })),
  jurisdictions: fc.subarray([...ZONES]),
  impossible: mostly<readonly Refusal[]>(
    [],
    refusal.map((one) => [one]),
  ),
  simulated: fc.boolean(),
});

/** Offers with ids that differ, as adapters give them. */
export const offersArbitrary: fc.Arbitrary<readonly Offer[]> = fc
  .array(offerParts, { maxLength: 14 })
  .map((parts) => parts.map((part, index) => anOffer(`offer-${String.fromCharCode(97 + index)}`, part)));

/** One to three rules: more at once would leave nothing standing and prove nothing. */
export const rulesArbitrary: fc.Arbitrary<PolicyRules> = fc
  .uniqueArray(
    fc.oneof(
      ruled("providers", fc.subarray([...PROVIDERS], { minLength: 1 })),
      ruled("targets", fc.subarray(["one", "two"], { minLength: 1 })),
      ruled("regions", fc.subarray([...REGIONS, "ecs/eu-west-1", "agents/home"], { minLength: 1 })),
      ruled("jurisdictions", fc.subarray([...ZONES], { minLength: 1 })),
      ruled("registries", fc.subarray(["ghcr.io", "quay.io"], { minLength: 1 })),
      ruled("arch", fc.subarray(["amd64", "arm64"] as const, { minLength: 1 })),
      ruled("spot", fc.constantFrom("allow", "forbid")),
      ruled("maxUsdPerMonth", fc.record({ expected: cap, ceiling: cap })),
      ruled("minimumFidelity", fc.constantFrom("exact", "snapped", "emulated", "dropped")),
      ruled("allowPlainHttp", fc.boolean()),
    ),
    { selector: ([field]) => field, minLength: 1, maxLength: 3 },
  )
  .map((rules) => Object.fromEntries(rules));

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
  needs: fc.constantFrom(aService({ arch: "any" }), aWorker()),
  offers: offersArbitrary,
  policy: mostly<Policy>(OPEN_POLICY, fc.constant(DEFAULT_POLICY)),
  gateway: fc.oneof({ weight: 4, arbitrary: fc.constant(OPEN_GATEWAY) }, gateways),
  pin: fc.option(match, { nil: undefined, freq: 8 }),
  avoid: mostly<readonly PlaceMatch[]>(
    [],
    match.map((one) => [one]),
  ),
});
