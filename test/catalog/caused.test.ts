import { describe, expect, test } from "vitest";
import { makeBook } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { peerPlace } from "../../src/catalog/peers.ts";
import type { Needs } from "../../src/domain/needs.ts";
import type { Offer } from "../../src/domain/offer.ts";
import type { Cloud } from "../../src/domain/place.ts";
import type { Peer } from "../../src/domain/spec.ts";
import { aService } from "./needs.ts";

const book = builtInBook();

function first(provider: Cloud, region: string, changes: Partial<Needs> = {}): Offer {
  const [offer] = cloudOffers(provider, region, aService(changes), book);
  if (offer === undefined) throw new Error(`${provider} has no ${region}`);
  return offer;
}
const line = (offer: Offer, meter: string) => offer.price?.lines.find((one) => one.meter === meter);
const omitted = (offer: Offer): string => (offer.price?.notPriced ?? []).join("\n");
const assumed = (offer: Offer): string => (offer.price?.assumes ?? []).join("\n");

describe("a month's price has what running there causes", () => {
  test("each Fargate task has an address for as long as it runs", () => {
    const offer = first("ecs", "eu-west-1", { scale: { min: 2, max: 3 } });
    expect(line(offer, "ipv4-hour")).toMatchObject({ quantity: "1460", usd: "7.3" });
    expect(assumed(offer)).toContain("public IPv4");
    expect(line(first("cloud-run", "europe-west1"), "ipv4-hour")).toBeUndefined();
  });

  test("the time of pulling an image is a line of its own on Fargate and Container Instances", () => {
    for (const offer of [first("ecs", "eu-west-1"), first("aci", "westeurope")])
      expect(offer.price?.lines.some(({ note }) => note === "while the image is pulled")).toBe(true);
  });

  test("each secret a cloud's own store keeps is charged by the month, at no replica, too, and however many there are", () => {
    const keeps = { secrets: 2, files: 3 };
    const months = (provider: Cloud, region: string, scale: { min: number; max: number }) =>
      line(first(provider, region, { keeps, scale }), "secret-month");
    for (const scale of [
      { min: 0, max: 1 },
      { min: 1, max: 9 },
    ]) {
      expect(months("ecs", "eu-west-1", scale)).toMatchObject({ quantity: "2", usd: "0.8" });
      expect(months("cloud-run", "europe-west1", scale)).toMatchObject({ quantity: "5", usd: "0.3" });
      expect(months("aci", "westeurope", scale)).toBeUndefined();
    }
    const { floor, ceiling } = first("ecs", "eu-west-1", { keeps }).boundLines ?? {};
    for (const bound of [floor, ceiling])
      expect(bound?.find(({ meter }) => meter === "secret-month")?.usd).toBe("0.8");
  });

  test("traffic is counted where usage names it, and said to be missing where not", () => {
    const usage = { egressGiBPerMonth: 20 };
    expect(line(first("ecs", "eu-west-1", { usage }), "egress-gib")?.quantity).toBe("20");
    expect(line(first("aci", "westeurope", { usage }), "egress-gib")?.quantity).toBe("20");
    expect(omitted(first("aci", "westeurope"))).toContain("usage.egressGiBPerMonth");
  });

  test("traffic whose price nobody knows leaves no price at all, and names the meter", () => {
    const offer = first("cloud-run", "asia-east1", { usage: { egressGiBPerMonth: 20 } });
    expect(offer.price).toBeUndefined();
    expect(offer.unknownMeters).toEqual(["egress-gib"]);
  });

  test("a GPU whose rate is not known leaves no price", () => {
    expect(
      first("cloud-run", "europe-west1", { gpu: { type: "nvidia-l4", count: 1 } }).unknownMeters,
    ).toEqual(["gpu-second"]);
  });

  test("a rate of low confidence is said beside the price", () => {
    const [, spot] = cloudOffers("ecs", "eu-central-1", aService(), book);
    expect(spot?.price?.confidence).toBe("low");
    expect(spot?.price?.assumes?.at(-1)).toContain("low confidence");
    expect(first("ecs", "eu-central-1").price?.confidence).toBe("high");
  });
});

describe("data has gravity", () => {
  const talking = (provider: Cloud, region: string, peer: Peer) =>
    first(provider, region, { talksTo: [peer] });
  const orders: Peer = { place: "aws/eu-west-1", name: "orders-db", gibPerMonth: 400 };

  test("talksTo is taken by every cloud", () => {
    const needs = aService({
      demands: [{ feature: "data-gravity", pointer: "/talksTo" }],
      talksTo: [orders],
    });
    for (const [cloud, region] of [
      ["ecs", "eu-west-1"],
      ["aci", "westeurope"],
      ["cloud-run", "europe-west1"],
    ] as const)
      expect(cloudOffers(cloud, region, needs, book)[0]?.impossible).toEqual([]);
  });

  test("within its region it costs nothing, across regions the cloud's own rate, and across clouds the internet's", () => {
    const same = talking("ecs", "eu-west-1", orders);
    expect([line(same, "egress-gib"), line(same, "inter-region-gib")]).toEqual([undefined, undefined]);
    const near = talking("ecs", "eu-central-1", orders);
    expect(line(near, "inter-region-gib")).toMatchObject({ quantity: "400", usd: "8" });
    const other = talking("cloud-run", "europe-west1", orders);
    expect(line(other, "egress-gib")).toMatchObject({ quantity: "400", usd: "42" });
    expect(assumed(other)).toContain("leave from this side");
  });

  test("nobody is charged at rest: the floor has no traffic", () => {
    const price = talking("ecs", "eu-central-1", orders).price;
    expect(Number(price?.expectedUsd) - Number(price?.floorUsd)).toBeCloseTo(8, 6);
  });

  test("what is not counted is said", () => {
    const api = talking("ecs", "eu-west-1", { workload: "api", gibPerMonth: 5 });
    expect(omitted(api)).toContain("traffic with api, whose place is not known until it runs");
    expect(omitted(talking("ecs", "eu-west-1", { place: "aws/eu-west-1" }))).toContain("set gibPerMonth");
  });

  test("a peer's place is a cloud's region under any of its names, or somewhere on the internet", () => {
    expect(peerPlace({ place: "fargate/eu-west-1" }, book)).toMatchObject({
      provider: "ecs",
      known: { country: "IE" },
    });
    expect(peerPlace({ place: "gcp/nowhere" }, book)).toEqual({ provider: "cloud-run", region: "nowhere" });
    expect(peerPlace({ place: "hetzner/fsn1" }, book)).toEqual({ region: "fsn1" });
    expect(peerPlace({ workload: "api" }, book)).toBeUndefined();
  });
});

test("a book's hash is that of its content: the same cards give the same, and a changed price another", () => {
  const again = makeBook(book.collected, book.cards, book.regions);
  expect(again.hash).toBe(book.hash);
  const [card, ...rest] = book.cards;
  if (card === undefined) throw new Error("the book has cards");
  const dearer = { ...card, usd: { ...card.usd, "us-east-1": "99" } };
  expect(makeBook(book.collected, [dearer, ...rest], book.regions).hash).not.toBe(book.hash);
});

test("a later reading of a price replaces all its tiers, and a tier of the same reading only itself", () => {
  const tier = {
    provider: "ecs",
    product: "egress",
    meter: "egress-gib",
    unit: "GiB",
    confidence: "high",
  } as const;
  const old = { ...tier, asOf: "2024-01-01", source: "a" };
  const fresh = { ...tier, asOf: "2026-01-01", source: "b" };
  const made = makeBook(
    "2026-01-01",
    [
      { ...old, from: "0", usd: { x: "0.1" } },
      { ...old, from: "10", usd: { x: "0.05" } },
      { ...fresh, from: "0", usd: { x: "0.2" } },
    ],
    [],
  );
  expect([...made.rates.values()][0]?.map(({ usd }) => usd)).toEqual(["0.2"]);
});
