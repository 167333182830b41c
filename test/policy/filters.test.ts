import { describe, expect, test } from "vitest";
import type { GatewayFeatures, Refusal } from "../../src/domain/feature.ts";
import type { Needs } from "../../src/domain/needs.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { groupRejected } from "../../src/policy/group-rejected.ts";
import { place } from "../../src/policy/place.ts";
import type { PlaceQuestion } from "../../src/policy/question.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/policy/policy.ts";
import { aService, aWorker } from "../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY } from "./arbitraries.ts";

interface Case {
  readonly offer?: Partial<Offer>;
  readonly policy?: Partial<Policy>;
  readonly needs?: Needs;
  readonly gateway?: Partial<GatewayFeatures>;
  readonly question?: Partial<PlaceQuestion>;
}

/** The rules that speak against one offer, with what they say. */
const refused = (asked: Case): readonly string[] =>
  refusals(asked).map(({ rule, message }) => `${rule}: ${message}`);

function refusals({ offer, policy, needs = aService(), gateway, question }: Case): readonly Refusal[] {
  const answer = place({
    needs,
    offers: [anOffer("one", offer)],
    policy: { ...DEFAULT_POLICY, ...policy },
    gateway: { ...OPEN_GATEWAY, ...gateway },
    ...question,
  });
  return answer.rejected.flatMap(({ reasons }) => reasons);
}

test("an offer that nothing speaks against is not refused", () => {
  expect(refused({})).toEqual([]);
});

describe("where a workload may run", () => {
  test.each<[string, Case, string]>([
    [
      "providers",
      { policy: { providers: ["ecs", "aci"] } },
      "cloud-run is not among the providers of policy default: ecs, aci",
    ],
    ["targets", { policy: { targets: ["aws"] } }, "it is not among the targets of policy default: aws"],
    [
      "regions",
      { policy: { regions: ["us-east-1"] } },
      "the region is not among the regions of policy default: us-east-1",
    ],
    [
      "jurisdictions",
      { policy: { jurisdictions: [["US"]] } },
      "outside the jurisdictions of policy default: US",
    ],
    [
      "arch",
      { policy: { arch: ["arm64"] } },
      "amd64 is not among the architectures of policy default: arm64",
    ],
    [
      "registries",
      { policy: { registries: ["quay.io"] } },
      "images may not come from ghcr.io under policy default, only from quay.io",
    ],
  ])("is bound by %s", (rule, given, message) => {
    expect(refused(given)).toEqual([`policy:${rule}: ${message}`]);
  });

  test("a place without a target is among no targets", () => {
    const offer = { place: { provider: "ecs", region: "eu-west-1" } } as const;
    expect(refused({ offer, policy: { targets: ["aws"] } })).toHaveLength(1);
  });

  test("regions may be named alone or with their provider", () => {
    expect(refused({ policy: { regions: ["eu-west-1"] } })).toEqual([]);
    expect(refused({ policy: { regions: ["cloud-run/eu-west-1"] } })).toEqual([]);
    expect(refused({ policy: { regions: ["ecs/eu-west-1"] } })).toHaveLength(1);
  });

  test("every image's registry is looked at, sidecars' too", () => {
    const needs = aService({ registries: ["ghcr.io", "docker.io"] });
    expect(refused({ needs, policy: { registries: ["ghcr.io"] } })).toEqual([
      expect.stringContaining("docker.io"),
    ]);
  });

  test("a long list is cut in the sentence", () => {
    const regions = Array.from({ length: 11 }, (_, index) => `r${index}`);
    expect(refused({ policy: { regions } })[0]).toMatch(/r0, .*, r7 and 3 more$/);
  });

  test("an empty intersection of lists allows nothing and says none", () => {
    expect(refused({ policy: { regions: [] } })[0]).toMatch(/: none$/);
  });
});

describe("overrides", () => {
  test("a pin refuses every other place", () => {
    expect(refused({ question: { pin: { provider: "ecs", region: "eu-west-1" } } })).toEqual([
      "pin: the workload is pinned to ecs eu-west-1",
    ]);
    expect(refused({ question: { pin: { target: "gcp" } } })).toEqual([]);
  });
  test("an avoided place is refused, and a match that says nothing avoids everything", () => {
    expect(refused({ question: { avoid: [{ region: "eu-west-1" }, {}] } })).toEqual([
      "avoid: an override avoids eu-west-1",
      "avoid: an override avoids every place",
    ]);
    expect(refused({ question: { avoid: [{ target: "aws" }] } })).toEqual([]);
  });
});

describe("what is bought", () => {
  test("an architecture the image may not have is refused, where the offer is of one", () => {
    const shape = { milliCpu: 500, memoryMiB: 512, ephemeralStorageGiB: 20 };
    expect(refused({ offer: { shape: { ...shape, arch: "arm64" } } })).toEqual([
      expect.stringMatching(/^arch: runs arm64/),
    ]);
    expect(refused({ offer: { shape: { ...shape, arch: "any" } }, policy: { arch: ["arm64"] } })).toEqual([]);
    expect(
      refused({ offer: { shape: { ...shape, arch: "arm64" } }, needs: aService({ arch: "any" }) }),
    ).toEqual([]);
  });
  test("Spot is refused unless the policy allows it", () => {
    expect(refused({ offer: { billing: "spot" } })).toEqual([expect.stringMatching(/^policy:spot: /)]);
    expect(refused({ offer: { billing: "spot" }, policy: { spot: "allow" } })).toEqual([]);
  });
  test("an unknown price is refused, and no cap is guessed against it", () => {
    expect(refused({ offer: { price: undefined }, policy: { maxUsdPerMonth: { expected: "0" } } })).toEqual([
      expect.stringMatching(/^price: price not known.*: state it with berth prices rates$/),
    ]);
  });
  test("where the place knows how its price is stated, the very command is said, and places that lack the same are alike", () => {
    const alike = "price not known: no rate of egress-gib is in the price book, and none is stated";
    const at = (region: string) =>
      refusals({
        offer: {
          price: undefined,
          unknownMeters: ["egress-gib"],
          stateWith: [`berth prices set ecs/${region} egress-gib USD --source TEXT`],
        },
      });
    expect(at("eu-west-1")).toEqual([
      {
        rule: "price",
        message: `${alike}: state it with berth prices set ecs/eu-west-1 egress-gib USD --source TEXT`,
        alike,
      },
    ]);
    const rejected = ["eu-west-1", "eu-west-2"].map((region) => ({
      offer: { id: region, place: { provider: "ecs" as const, region } },
      reasons: at(region),
    }));
    expect(groupRejected(rejected)).toHaveLength(1);
    const two = { price: undefined, unknownMeters: ["a", "b"], stateWith: ["one", "two"] };
    expect(refused({ offer: two })).toEqual([expect.stringMatching(/: state each with one and two$/)]);
  });
  test("what is sold in no size that would do says so, and nothing of a price that nobody asked for", () => {
    const impossible = [{ rule: "size", message: "no size holds 40 vCPU" }];
    expect(refused({ offer: { price: undefined, impossible } })).toEqual(["size: no size holds 40 vCPU"]);
    expect(refused({ offer: { price: undefined, impossible, unknownMeters: ["egress-gib"] } })).toEqual([
      "size: no size holds 40 vCPU",
      expect.stringMatching(/^price: price not known: no rate of egress-gib/),
    ]);
  });
  test("where the place says itself why its price is not known and what to do, only the meters are named beside it", () => {
    const impossible = [{ rule: "price", message: "its prices are in CNY: state them" }];
    expect(refused({ offer: { price: undefined, impossible, unknownMeters: ["cpu-second"] } })).toEqual([
      "price: its prices are in CNY: state them",
      "price: price not known: no rate of cpu-second is in the price book",
    ]);
  });
  test("caps hold on the expected price and on the ceiling, to the last decimal", () => {
    const offer = { price: aPrice("10.000000000001", "20") };
    expect(refused({ offer, policy: { maxUsdPerMonth: { expected: "10", ceiling: "19.99" } } })).toEqual([
      "policy:maxUsdPerMonth.expected: expected 10.00 USD a month is above 10 USD, the cap of policy default",
      "policy:maxUsdPerMonth.ceiling: ceiling 20.00 USD a month is above 19.99 USD, the cap of policy default",
    ]);
    expect(
      refused({ offer, policy: { maxUsdPerMonth: { expected: "10.000000000001", ceiling: "20" } } }),
    ).toEqual([]);
  });
  test("a dropped field is refused by default, and a stricter policy refuses lesser ones", () => {
    const fidelity = (["snapped", "emulated", "dropped"] as const).map((level) => ({
      field: `/${level}`,
      level,
      message: "x",
    }));
    const rules = (policy: Partial<Policy>) =>
      refused({ offer: { fidelity }, policy }).map((text) => text.split(" ")[1]);
    expect(rules({})).toEqual(["dropped:"]);
    expect(rules({ minimumFidelity: "exact" })).toEqual(["snapped:", "emulated:", "dropped:"]);
    expect(rules({ minimumFidelity: "dropped" })).toEqual([]);
  });
  test("a full place is refused, unless what runs there can be kept", () => {
    const offer = { capacityReplicas: 0 };
    expect(refused({ offer })).toEqual([expect.stringMatching(/^capacity: /)]);
    const { place: where } = anOffer("one");
    expect(refused({ offer, question: { held: [{ place: where, replicas: 1 }] } })).toEqual([]);
    expect(refused({ offer: { capacityReplicas: 1 } })).toEqual([]);
  });
  test("what the place itself cannot do is passed on as it is, beside everything else", () => {
    const impossible = [{ rule: "feature:gpu", message: "No GPUs here", pointer: "/resources/gpu" }];
    expect(refused({ offer: { impossible, billing: "spot" } })).toEqual([
      "feature:gpu: No GPUs here",
      expect.stringMatching(/^policy:spot: /),
    ]);
  });
});

describe("the path that traffic would take", () => {
  const plain = { transport: "plain", reach: "name", bypassable: true } as const;
  const ip = { transport: "plain", reach: "ip", bypassable: true } as const;
  const network = { transport: "plain", reach: "network", bypassable: true } as const;
  const loopback = { transport: "plain", reach: "loopback", bypassable: false } as const;
  const line = { transport: "line", reach: "line", bypassable: false } as const;
  const agents = { provider: "agents", target: "pool", region: "home", host: "a" } as const;

  test("a clear-text hop over the internet is refused unless the policy allows it", () => {
    expect(refused({ offer: { path: plain } })).toEqual([expect.stringMatching(/^policy:allowPlainHttp: /)]);
    expect(refused({ offer: { path: plain }, policy: { allowPlainHttp: true } })).toEqual([]);
  });
  test("clear text that never leaves this machine or the operator's network is no such hop", () => {
    expect(refused({ offer: { path: plain, simulated: true } })).toEqual([]);
    expect(refused({ offer: { path: loopback } })).toEqual([]);
    expect(refused({ offer: { path: network } })).toEqual([]);
    expect(refused({ offer: { path: line, place: agents } })).toEqual([]);
    expect(refused({ offer: { path: ip, place: agents, billing: "own" } })).toEqual([]);
  });
  test("a bare address is refused where the gateway cannot fetch one", () => {
    const gateway = { rawIp: "Workers cannot fetch a bare IP address: use a place with a name" };
    expect(refused({ offer: { path: { ...ip, transport: "tls" } }, gateway })).toEqual([
      `path: ${gateway.rawIp}`,
    ]);
    expect(refused({ gateway })).toEqual([]);
  });
  test("an address inside the operator's network is refused where the gateway is not in it", () => {
    const gateway = { privateAddress: "Workers reach private addresses only through an agent's line" };
    for (const offer of [{ path: loopback }, { path: network }, { path: ip, place: agents }])
      expect(refused({ offer, gateway })).toEqual([`path: ${gateway.privateAddress}`]);
    expect(refused({ offer: { path: line, place: agents }, gateway })).toEqual([]);
  });
  test("gRPC is refused where the gateway does not carry it, and only when asked for", () => {
    const gateway = { grpc: "This gateway speaks no gRPC" };
    const { route } = aService();
    if (route === undefined) throw new Error("a service has a route");
    expect(refused({ needs: aService({ route: { ...route, protocol: "grpc" } }), gateway })).toEqual([
      `path: ${gateway.grpc}`,
    ]);
    expect(refused({ gateway })).toEqual([]);
  });
  test("bodies larger than the gateway carries are refused", () => {
    expect(refused({ gateway: { maxBodyMiB: 31 } })).toEqual([expect.stringContaining("31 MiB at most")]);
    expect(refused({ gateway: { maxBodyMiB: 32 } })).toEqual([]);
  });
  test("a private route is refused where the container can be reached around the gateway", () => {
    const { route } = aService();
    if (route === undefined) throw new Error("a service has a route");
    const needs = aService({ route: { ...route, access: "private" } });
    expect(refused({ needs })).toEqual([expect.stringContaining("around the gateway")]);
    expect(
      refused({ needs, offer: { path: { transport: "tls", reach: "name", bypassable: false } } }),
    ).toEqual([]);
    expect(refused({ needs, offer: { path: line, place: agents } })).toEqual([]);
  });
  test("a workload without a route asks nothing of the path", () => {
    expect(
      refused({ needs: aWorker(), offer: { path: plain }, gateway: { rawIp: "no", maxBodyMiB: 0 } }),
    ).toEqual([]);
  });
});
