import { describe, expect, test } from "vitest";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { type FreshPrice, stepKey } from "../../../src/catalog/refresh/fresh-price.ts";
import { at, type World } from "../world.ts";

const ROW = "aci/westeurope/linux/cpu-second";
const STEPPED = "aci/westeurope/egress/egress-gib";

/** Keeping prices up to date, and what a project pays instead of them. */
export function priceRoutes(world: () => World): void {
  describe("prices", () => {
    test("a refresh answers with a report, and from then on the new price counts in every quote", async () => {
      world().providers.live = async () => ({ ok: true, value: asRead({ [ROW]: "0.05" }) });
      const reply = await refresh(world(), { providers: ["aci"] });
      expect(reply).toMatchObject({
        status: 200,
        body: { reports: [{ provider: "aci", outcome: "taken", changed: [{ row: ROW, toUsd: "0.05" }] }] },
      });
      const list = await world().call("/v1/catalog/prices?provider=aci&region=westeurope");
      expect(rowIn(list.body)).toMatchObject({ usd: "0.05", asOf: "2026-11-22", confidence: "high" });
      expect(at(rowIn(list.body), "checkedAt")).toEqual(expect.stringContaining("2026-11-22"));
      expect(at(list.body, "hash")).toBe(at(reply.body, "book"));
      const resources = { cpu: 1, memory: "1Gi" };
      const json = { provider: "aci", region: "westeurope", resources, usage: { hours: 1 } };
      const quote = await world().call("/v1/quotes", { method: "POST", json });
      expect(at(quote.body, "lines", 0, "rateUsd")).toBe("0.05");
    });

    test("a jump waits in quarantine until exactly its figure is accepted", async () => {
      world().providers.live = async () => ({ ok: true, value: asRead({ [ROW]: "0.0932" }) });
      const first = await refresh(world(), { providers: ["aci"] });
      expect(at(first.body, "reports", 0, "quarantined", 0)).toMatchObject({
        row: ROW,
        bookUsd: "0.0466",
        readUsd: "0.0932",
      });
      expect(at(first.body, "reports", 0, "kept")).toBe(1);
      const other = await refresh(world(), { providers: ["aci"], accept: [{ row: ROW, usd: "0.0931" }] });
      expect(at(other.body, "reports", 0, "quarantined")).toHaveLength(1);
      const accepted = await refresh(world(), { providers: ["aci"], accept: [{ row: ROW, usd: "0.0932" }] });
      expect(at(accepted.body, "reports", 0, "changed", 0)).toMatchObject({ row: ROW, toUsd: "0.0932" });
    });

    test("a list that was not read is named, and a doubt about one step leaves all steps unchecked", async () => {
      const unread = [{ list: "Log Analytics", why: "answered 500" }];
      const beside = async () => ({ value: [], unread });
      const read = (usd: string) =>
        asRead({ [`${STEPPED}+100`]: usd }).filter(({ product }) => product !== "logs");
      world().providers.live = async () => ({ ok: true, value: read("0.08"), beside });
      const first = await refresh(world(), { providers: ["aci"] });
      expect(first).toMatchObject({ status: 200, body: { reports: [{ outcome: "taken", unread }] } });
      expect(await checkedSteps(world())).toEqual([true, true, true, true, true]);
      world().providers.live = async () => ({ ok: true, value: read("0.8"), beside });
      const second = await refresh(world(), { providers: ["aci"] });
      expect(at(second.body, "reports", 0, "quarantined", 0, "row")).toBe(`${STEPPED}+100`);
      expect(await checkedSteps(world())).toEqual([false, false, false, false, false]);
    });

    test("without an answer every price stays, and the last reports say why", async () => {
      const reply = await refresh(world(), undefined);
      expect(reply.status).toBe(200);
      const known = await world().call("/v1/catalog/refreshes");
      expect(at(known.body, "book")).toBe(builtInBook().hash);
      for (const index of [0, 1, 2])
        expect(at(known.body, "reports", index)).toMatchObject({ outcome: "kept", why: "nobody answers" });
    });

    test("only the instance's administrator refreshes, and only a project's administrator sets its rates", async () => {
      const made = await world().call("/v1/tokens", {
        method: "POST",
        json: { name: "ci", scopes: ["deployer"] },
      });
      const token = String(at(made.body, "token"));
      expect(await refresh(world(), {}, token)).toMatchObject({ status: 403 });
      expect(await world().call("/v1/catalog/rates", { method: "PUT", json: {}, token })).toMatchObject({
        status: 403,
      });
      expect(await world().call("/v1/catalog/rates", { token })).toMatchObject({
        status: 200,
        body: { version: 0 },
      });
    });

    test("a project's discount and commitment are lines of its plans' prices; the list price stays to be seen", async () => {
      await connect(world());
      const list = await expectedUsd(world());
      const percent = { provider: "ecs", percent: "10" };
      await rates(world(), { discounts: [percent] });
      expect(await expectedUsd(world())).toBeCloseTo(list * 0.9, 6);
      const commitment = { provider: "ecs", usdPerHour: "100", until: "2027-11-22T00:00:00Z" };
      await rates(world(), { commitments: [commitment] });
      const free = await dryRun(world());
      expect(lines(free).find((line) => at(line, "source") === "the project's commitments")).toMatchObject({
        note: "paid for already under a commitment",
      });
      expect(compute(lines(free))).toBeCloseTo(0, 9);
      await rates(world(), {});
      expect(await expectedUsd(world())).toBeCloseTo(list, 9);
    });

    test("rates change over the version that was read only", async () => {
      const json = { discounts: [{ provider: "ecs", percent: 5 }] };
      const put = (headers: Readonly<Record<string, string>>) =>
        world().call("/v1/catalog/rates", { method: "PUT", json, headers });
      expect(await put({ "if-none-match": "*" })).toMatchObject({ status: 200, body: { version: 1 } });
      expect(await put({ "if-match": '"7"' })).toMatchObject({ status: 412 });
      expect((await put({ "if-match": '"1"' })).headers.get("etag")).toBe('"2"');
    });

    test.each([
      [{ discounts: [{ provider: "ecs", percent: "101" }] }, "/discounts/0/percent"],
      [{ discounts: [{ provider: "ecs", percent: "0" }] }, "/discounts/0/percent"],
      [{ discounts: [{ provider: "ecs", percent: "10", region: "westeurope" }] }, "/discounts/0/region"],
      [{ discounts: [{ provider: "ecs", percent: "10", meter: "cpu" }] }, "/discounts/0/meter"],
      [
        { commitments: [{ provider: "ecs", usdPerHour: "-1", until: "2027-01-01T00:00:00Z" }] },
        "/commitments/0/usdPerHour",
      ],
      [{ commitments: [{ provider: "ecs", usdPerHour: "1" }] }, "/commitments/0/until"],
      [{ discount: [] }, "/discount"],
    ])("refuses wrong rates (%j) with a pointer to %s", async (json, pointer) => {
      const reply = await world().call("/v1/catalog/rates", { method: "PUT", json });
      expect(reply).toMatchObject({ status: 400, body: { code: "invalid-body" } });
      expect(String(at(reply.body, "errors", 0, "pointer"))).toContain(pointer);
    });
  });
}

const SPEC = {
  name: "web",
  image: "ghcr.io/acme/web:1",
  kind: "worker",
  resources: { cpu: 0.5, memory: "1Gi" },
};

const refresh = (world: World, json: unknown, token?: string) =>
  world.call("/v1/catalog/refresh", {
    method: "POST",
    ...(json === undefined ? {} : { json }),
    ...(token === undefined ? {} : { token }),
  });

async function connect(world: World): Promise<void> {
  const json = { kind: "sandbox", simulates: "ecs", region: "eu-west-1" };
  expect((await world.call("/v1/targets/aws", { method: "PUT", json })).status).toBe(201);
}

async function rates(world: World, json: unknown): Promise<void> {
  expect((await world.call("/v1/catalog/rates", { method: "PUT", json })).status).toBe(200);
}

async function dryRun(world: World): Promise<unknown> {
  const reply = await world.call("/v1/plans", { method: "POST", json: { spec: SPEC } });
  expect(reply.status).toBe(200);
  return reply.body;
}
const lines = (body: unknown): readonly unknown[] => listIn(at(body, "plan", "price", "lines"));
const expectedUsd = async (world: World): Promise<number> =>
  Number(at(await dryRun(world), "plan", "price", "expectedUsd"));
const compute = (all: readonly unknown[]): number =>
  all
    .filter((line) => ["cpu-second", "memory-gib-second"].includes(String(at(line, "meter"))))
    .reduce<number>((sum, line) => sum + Number(at(line, "usd")), 0);

function rowIn(body: unknown): unknown {
  return listIn(at(body, "prices")).find((row) => String(at(row, "id")).startsWith(`${ROW}@`));
}
async function checkedSteps(world: World): Promise<readonly boolean[]> {
  const { body } = await world.call("/v1/catalog/prices?provider=aci&region=westeurope");
  return listIn(at(body, "prices"))
    .filter((row) => String(at(row, "id")).startsWith(`${STEPPED}@`))
    .map((row) => typeof at(row, "checkedAt") === "string");
}
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function asRead(changes: Readonly<Record<string, string>>): readonly FreshPrice[] {
  const products = new Set(["linux", "spot-linux", "confidential", "windows", "egress", "logs"]);
  return builtInBook()
    .cards.filter((card) => card.provider === "aci" && products.has(card.product))
    .flatMap(
      ({
        usd: byRegion,
        asOf: _asOf,
        confidence: _confidence,
        source: _source,
        freePerMonth: _free,
        ...card
      }) =>
        Object.entries(byRegion).map(([region, usd = ""]) => {
          const price = { ...card, region, usd } as const;
          return {
            ...price,
            usd: changes[stepKey({ ...price, provider: "aci" })] ?? usd,
            provider: "aci" as const,
          };
        }),
    );
}
