import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeBook } from "../../src/catalog/book.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { firmQuote, placeProblems } from "../../src/catalog/firm-quote.ts";
import { quote } from "../../src/catalog/quote.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { statePrice } from "../../src/catalog/state-price.ts";
import { statedBook, statedUnits, withStated } from "../../src/catalog/stated-rates.ts";
import { METERS } from "../../src/catalog/meters.ts";
import { parseCommandLine } from "../../src/cli/parse-command-line.ts";
import { pricesSet } from "../../src/cli/commands/prices-set.ts";
import type { StatedRate } from "../../src/domain/account-rates.ts";
import { CLOUDS } from "../../src/domain/place.ts";
import { aService, aWorker } from "./needs.ts";
import { requests } from "./requests.ts";

const BOOK = builtInBook();
/** Every region, and not one price. */
const BARE = makeBook(BOOK.collected, [], BOOK.regions);
const NOW = Date.parse("2026-11-23T12:00:00Z");

/** What a command states, read by the command's own parser. */
function rateOf(command: string): StatedRate {
  const words = command.split(" ").slice("berth prices set".split(" ").length);
  const { args, flags, on } = parseCommandLine(pricesSet, words);
  const [first = "", region = ""] = (args["PLACE"] ?? "").split("/");
  const provider = CLOUDS.find((one) => one === first);
  const meter = METERS.find((one) => one === args["METER"]);
  if (provider === undefined || meter === undefined) throw new Error(`${command} names no price`);
  const one = <Word extends string>(name: string, words_: readonly Word[]) =>
    words_.find((word) => word === flags[name]);
  return {
    provider,
    region,
    meter,
    usd: "0.01",
    unit: statedUnits(meter)[0],
    arch: one("arch", ["amd64", "arm64"]),
    os: one("os", ["linux", "windows"]),
    billing: one("billing", ["request", "instance", "job", "worker-pool"]),
    spot: on.has("spot") ? true : undefined,
    gpu: flags["gpu"],
    at: NOW,
    by: "token:ops",
  };
}
const statedBy = (commands: readonly string[]) => withStated(BARE, statedBook(commands.map(rateOf), NOW));

test("whoever states what the commands of an unpriced offer say has a price for it", () => {
  const places = fc.constantFrom(
    ...CLOUDS.flatMap((cloud) =>
      BOOK.regions.filter(({ provider }) => provider === cloud).map(({ id }) => [cloud, id] as const),
    ),
  );
  const needs = fc.constantFrom(
    aService({ arch: "any", usage: { egressGiBPerMonth: 10, requestsPerMonth: 1_000_000, requestMs: 80 } }),
    aWorker({ arch: "any" }),
  );
  fc.assert(
    fc.property(places, needs, ([provider, region], wanted) => {
      for (const { id, price, stateWith = [], unknownMeters = [] } of cloudOffers(
        provider,
        region,
        wanted,
        BARE,
      )) {
        expect(price).toBeUndefined();
        expect(stateWith).toHaveLength(unknownMeters.length);
        const after = cloudOffers(provider, region, wanted, statedBy(stateWith));
        expect(after.find((offer) => offer.id === id)?.price, stateWith.join("\n")).toBeDefined();
      }
    }),
    { numRuns: 40 },
  );
});

test("a quote that is refused for an unknown price says the command for each, and is priced once they are said", () => {
  fc.assert(
    fc.property(requests, (request) => {
      if (placeProblems(request, BARE).length > 0) return;
      const { unknown } = quote(request, BARE);
      const commands = unknown.map((meter) => statePrice(request, meter));
      if (commands.length === 0) return;
      let message = "";
      try {
        firmQuote(request, BARE);
      } catch (error) {
        message = error instanceof Error ? error.message : "";
      }
      for (const command of commands) expect(message).toContain(command);
      expect(quote(request, statedBy(commands)).unknown).toEqual([]);
    }),
  );
});

test("a command names no more than the price goes by", () => {
  const spot = { provider: "ecs", region: "eu-west-1", resources: { milliCpu: 1, memoryMiB: 1 } } as const;
  expect(statePrice({ ...spot, arch: "arm64", spot: true }, "cpu-second")).toBe(
    "berth prices set ecs/eu-west-1 cpu-second USD --source TEXT --arch arm64 --spot",
  );
  expect(statePrice({ ...spot, arch: "arm64", spot: true }, "egress-gib")).toBe(
    "berth prices set ecs/eu-west-1 egress-gib USD --source TEXT",
  );
  expect(statePrice({ ...spot, provider: "cloud-run", billing: "request" }, "request")).toBe(
    "berth prices set cloud-run/eu-west-1 request USD --source TEXT",
  );
  const gpu = { type: "nvidia-l4", count: 1 } as const;
  expect(statePrice({ ...spot, provider: "cloud-run", billing: "instance", gpu }, "gpu-second")).toBe(
    "berth prices set cloud-run/eu-west-1 gpu-second USD --source TEXT --billing instance --gpu nvidia-l4",
  );
  expect(statePrice({ ...spot, os: "windows" }, "os-cpu-second")).toContain("--os windows");
});
