import { expect, test } from "vitest";
import type { Needs } from "../../../src/domain/needs.ts";
import type { Offer } from "../../../src/domain/offer.ts";
import type { Provider } from "../../../src/domain/place.ts";
import type { Market, MarketOffer, PackItem } from "../../../src/policy/pack/market.ts";
import { pack } from "../../../src/policy/pack/pack.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";

const LINE = { transport: "line", reach: "line", bypassable: false } as const;
const offered = (id: string, changes: Partial<Offer> = {}, pools: readonly string[] = []): MarketOffer => ({
  offer: anOffer(id, { path: LINE, ...changes }),
  pools,
});
const marketOf = (offers: readonly MarketOffer[], rest: Partial<Market> = {}): Market => ({
  offers,
  pools: [],
  budgets: [],
  ...rest,
});
const itemOf = (id: string, changes: Partial<PackItem> = {}): PackItem => ({
  id,
  priority: 50,
  replicas: 1,
  question: { needs: aService(), policy: OPEN_POLICY, gateway: OPEN_GATEWAY },
  ...changes,
});
const asking = (changes: Partial<PackItem["question"]>): PackItem["question"] => ({
  ...itemOf("").question,
  ...changes,
});
const whyNot = (market: Market, item: PackItem): string | undefined =>
  pack(market, [item]).unplaced[0]?.because;
const placesOf = (market: Market, items: readonly PackItem[]): readonly string[] =>
  pack(market, items).placements.map(
    ({ id, parts }) => `${id}: ${parts.map(({ offer, replicas }) => `${offer.id} x ${replicas}`).join(", ")}`,
  );

test("a pool or a budget that is named and not there is an error, and never room without end", () => {
  expect(() => pack(marketOf([offered("a", {}, ["gone"])]), [])).toThrow("offer a draws from gone");
  expect(() => pack(marketOf([offered("a")]), [itemOf("w", { budgets: ["gone"] })])).toThrow(
    "w names the budget gone",
  );
});

test("what has a minus sign is nothing left of a budget", () => {
  const market = marketOf([offered("a")], { budgets: [{ id: "shop", usdPerMonth: "-3" }] });
  expect(whyNot(market, itemOf("w", { budgets: ["shop"] }))).toContain(
    "budget shop has 0.00 USD a month left",
  );
});

test.each([
  ["nothing is offered", marketOf([]), itemOf("w"), "no place offers anything: connect a target"],
  [
    "no shape has a GPU",
    marketOf([offered("a")]),
    itemOf("w", { question: asking({ needs: aService({ gpu: { type: "any", count: 1 } }) }) }),
    "its shape has no GPU",
  ],
  [
    "no shape has the disk",
    marketOf([offered("a")]),
    itemOf("w", { question: asking({ needs: aService({ ephemeralStorageGiB: 50 }) }) }),
    "20 GiB of disk and the spec asks for 50: ask for less",
  ],
  [
    "nothing is near enough to what it talks to",
    marketOf([offered("a")]),
    itemOf("w", { question: asking({ peers: [{ pointer: "/talksTo/0", label: "db", maxLatencyMs: 5 }] }) }),
    "nobody knows where db is",
  ],
  [
    "an adapter offers nothing that fits",
    marketOf([]),
    itemOf("w", { offers: [offered("own", { price: undefined })] }),
    "price not known",
  ],
])("where %s, the reason says so", (_what, market, item, because) => {
  expect(whyNot(market, item)).toContain(because);
});

test("ways of buying one place share its room, whatever each of them says of it", () => {
  const ways = ["on-demand", "spot"] as const;
  const offers = ways.map((billing) =>
    offered(billing, { billing, capacityReplicas: 2, price: aPrice("3") }),
  );
  const second = offered("second", {
    place: { provider: "ecs", target: "aws", region: "eu-west-1" },
    price: aPrice("9"),
  });
  const item = itemOf("w", { replicas: 3, offers: [...offers, second] });
  expect(placesOf(marketOf([]), [item])).toEqual(["w: second x 3"]);
});

test("an offer of its own without a number has room for all", () => {
  const offers = [offered("full", { capacityReplicas: 0, price: aPrice("1") }), offered("open")];
  expect(placesOf(marketOf([]), [itemOf("w", { replicas: 4, offers })])).toEqual(["w: open x 4"]);
});

test("prices that differ by less than a millionth of a dollar are told apart, and so is what is above a cap", () => {
  const market = marketOf([
    offered("a", { price: aPrice("5.00000012", "6") }),
    offered("b", { price: aPrice("5.00000011", "6.0000001") }),
  ]);
  expect(placesOf(market, [itemOf("w", { replicas: 3 })])).toEqual(["w: b x 3"]);
  const policy = { ...OPEN_POLICY, maxUsdPerMonth: { ceiling: "18" } };
  expect(placesOf(market, [itemOf("w", { replicas: 3, question: asking({ policy }) })])).toEqual([
    "w: a x 3",
  ]);
});

test("a workload at zero has a place and takes nothing of it", () => {
  const market = marketOf([offered("a", {}, ["host"])], { pools: [{ id: "host", replicas: 1 }] });
  expect(placesOf(market, [itemOf("none", { replicas: 0 }), itemOf("one")])).toEqual([
    "none: a x 0",
    "one: a x 1",
  ]);
});

test("who runs where an incumbent says stays there, and the reason says so", () => {
  const offers = [
    offered("cheap", { price: aPrice("9"), place: { provider: "aci", target: "z", region: "x" } }),
    offered("home"),
  ];
  const { place, billing, shape } = anOffer("home");
  const question = asking({ incumbent: { place, billing, shape, offer: "home" } });
  const { placements } = pack(marketOf(offers), [itemOf("w", { question })]);
  expect(placements[0]).toMatchObject({ stays: true, because: expect.stringContaining("is where it runs") });
});

test("a workload that can be split in more ways than are looked through is spread all the same", () => {
  const regions = Array.from({ length: 10 }, (_, at) => `r${at}`);
  const offers = regions.map((region) =>
    offered(region, { place: { provider: "ecs", target: "aws", region } }, ["quota"]),
  );
  const spread = { over: "region", minimum: 4, whenUnsatisfiable: "refuse" } as const;
  const item = itemOf("w", { replicas: 12, question: asking({ policy: { ...OPEN_POLICY, spread } }) });
  const { placements } = pack(marketOf(offers, { pools: [{ id: "quota", replicas: 12 }] }), [item]);
  expect(placements[0]?.parts.map(({ replicas }) => replicas)).toEqual([3, 3, 3, 3]);
});

test("a shape of Cloud Run takes whom it can be divided among, and who asks the same in all is another matter", () => {
  const shape = { milliCpu: 4_000, memoryMiB: 4_096, ephemeralStorageGiB: 20, arch: "amd64" } as const;
  const takes = (provider: Provider) =>
    marketOf([offered("a", { place: { provider, region: "europe-west1" }, shape })]);
  const partsOf = (...each: readonly number[]) =>
    each.map((milliCpu, at) => ({ name: `c${at}`, milliCpu, memoryMiB: 1_024 }));
  const item = (id: string, sizes: Needs["sizes"]): PackItem =>
    itemOf(id, { question: asking({ needs: aService({ milliCpu: 3_200, memoryMiB: 2_048, sizes }) }) });
  const items = [
    item("even", partsOf(2_000, 1_200)),
    item("odd", partsOf(3_000, 200)),
    item("sum", undefined),
  ];
  expect(placesOf(takes("cloud-run"), items)).toEqual(["even: a x 1", "sum: a x 1"]);
  expect(whyNot(takes("cloud-run"), item("odd", partsOf(3_000, 200)))).toContain(
    "each container has a size of its own there, and these do not fit in together",
  );
  expect(placesOf(takes("ecs"), items)).toHaveLength(items.length);
});

test("who runs nowhere stays nowhere, and is told that the place ranks best", () => {
  const [placed] = pack(marketOf([offered("a")]), [itemOf("w")]).placements;
  expect(placed?.stays).toBe(false);
  expect(placed?.because).toContain("ranks best");
});
