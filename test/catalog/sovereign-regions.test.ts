import { readFileSync } from "node:fs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { STSClient } from "@aws-sdk/client-sts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AWS_PARTITIONS, awsPartition } from "../../src/catalog/aws-partitions.ts";
import { AZURE_CLOUDS, azureCloud, notOfferedThere } from "../../src/catalog/azure-clouds.ts";
import { rateOf, regionOf, regionsOf } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { gravityOf } from "../../src/catalog/peers.ts";
import { realmOf } from "../../src/catalog/realms.ts";
import { readPrices, PRICE_ADDRESSES } from "../../src/catalog/refresh/sources.ts";
import { statedBook, withStated } from "../../src/catalog/stated-rates.ts";
import { aService } from "./needs.ts";

const BOOK = builtInBook();
const GOV = ["us-gov-east-1", "us-gov-west-1"];
const CHINA = ["cn-north-1", "cn-northwest-1"];
const EUSC = "eusc-de-east-1";

describe("partitions of AWS", () => {
  test.each(regionsOf(BOOK, "ecs"))("%s has the host names that AWS's own SDK gives it", (region) => {
    const { dnsSuffix } = awsPartition(region);
    const ask = { Region: region, UseFIPS: false, UseDualStack: false };
    const sts = new STSClient({ region }).config.endpointProvider({ ...ask, UseGlobalEndpoint: false });
    const ec2 = new EC2Client({ region }).config.endpointProvider(ask);
    expect([sts.url.host, ec2.url.host]).toEqual([
      `sts.${region}.${dnsSuffix}`,
      `ec2.${region}.${dnsSuffix}`,
    ]);
  });

  test("a region is in one partition, and so is one that nobody has heard of", () => {
    for (const region of [...regionsOf(BOOK, "ecs"), "mx-north-7"])
      expect(AWS_PARTITIONS.filter(({ regions }) => regions.test(region))).toHaveLength(1);
  });
});

describe("clouds of Azure", () => {
  test("a region is in one cloud, whose addresses, scope and audience are no other's", () => {
    for (const region of [...regionsOf(BOOK, "aci"), "nowhere"])
      expect(AZURE_CLOUDS.filter(({ regions }) => regions.test(region))).toHaveLength(1);
    for (const field of [
      "resourceManager",
      "authority",
      "scope",
      "audience",
      "terraform",
      "containerSuffix",
    ] as const)
      expect(new Set(AZURE_CLOUDS.map((cloud) => cloud[field])).size).toBe(AZURE_CLOUDS.length);
    for (const { resourceManager, scope } of AZURE_CLOUDS) expect(scope).toBe(`${resourceManager}/.default`);
  });

  test("a sovereign region without Container Instances is told apart from one that nobody has heard of", () => {
    expect(notOfferedThere("usgovtexas")).toContain(
      "in Azure Government they are in usgovvirginia and usgovarizona",
    );
    expect(notOfferedThere("chinanorth3")).toContain("chinaeast2");
    expect(notOfferedThere("westeurpe")).toBeUndefined();
    for (const region of regionsOf(BOOK, "aci"))
      if (azureCloud(region).id !== "AzureCloud") expect(notOfferedThere(region)).toContain(region);
  });
});

test("the pages of both clouds tell every partition's names as the table has them", () => {
  const page = (name: string) =>
    readFileSync(new URL(`../../docs/adapters/${name}.md`, import.meta.url), "utf8");
  for (const { id, dnsSuffix, audience, consoleUrl } of AWS_PARTITIONS)
    for (const word of [`\`${id}\``, `\`${dnsSuffix}\``, `\`${audience}\``, consoleUrl])
      expect(page("ecs")).toContain(word);
  for (const { id, audience, terraform, containerSuffix, ...urls } of AZURE_CLOUDS) {
    const hosts = [urls.resourceManager, urls.authority].map((url) => new URL(url).host);
    for (const word of [id, audience, terraform, containerSuffix, ...hosts])
      expect(page("aci")).toContain(`\`${word}\``);
  }
});

test("a sovereign region is where its country's law is: GovCloud is US, China CN, the European Sovereign Cloud DE and EU", () => {
  const zones = (provider: "ecs" | "aci", region: string) => regionOf(BOOK, provider, region)?.jurisdictions;
  for (const region of GOV) expect(zones("ecs", region)).toEqual(["US"]);
  for (const region of ["usgovvirginia", "usgovarizona"]) expect(zones("aci", region)).toEqual(["US"]);
  for (const region of CHINA) expect(zones("ecs", region)).toEqual(["CN"]);
  expect(zones("aci", "chinaeast2")).toEqual(["CN"]);
  expect(zones("ecs", EUSC)).toEqual(["DE", "EU", "EEA"]);
});

test("machines of one's own are in no realm, and Google's regions in the commercial one", () => {
  expect(realmOf({ provider: "agents", region: "home" })).toBeUndefined();
  expect(realmOf({ provider: "cloud-run", region: "us-east4" })).toBe("commercial");
});

describe("prices", () => {
  const needs = aService();
  const onDemand = (region: string, arch: "amd64" | "arm64" = "amd64", book = BOOK) =>
    cloudOffers("ecs", region, aService({ arch }), book).find(({ billing }) => billing === "on-demand");

  test.each(GOV)("Fargate in %s is priced for both processors, at its own rates", (region) => {
    const lines = onDemand(region)?.price?.lines ?? [];
    expect(lines.find(({ meter }) => meter === "cpu-second")).toMatchObject({
      rateUsd: "0.0486",
      asOf: "2025-10-27",
      confidence: "high",
    });
    expect(onDemand(region, "arm64")?.price?.lines.find(({ meter }) => meter === "cpu-second")?.rateUsd).toBe(
      "0.0374304",
    );
  });

  test("what is free or costs the same everywhere is so in the commercial regions only", () => {
    const usd = (region: string, product: string, meter: "secret-month" | "egress-gib") =>
      rateOf(BOOK, { provider: "ecs", region, product, meter })?.usd;
    expect([
      usd("eu-west-1", "secrets", "secret-month"),
      usd("eu-west-1", "egress-free", "egress-gib"),
    ]).toEqual(["0.4", "0"]);
    for (const region of [...GOV, ...CHINA, EUSC]) {
      expect(usd(region, "secrets", "secret-month")).toBeUndefined();
      expect(usd(region, "egress-free", "egress-gib")).toBeUndefined();
    }
  });

  test("a place whose prices no refresh reads says so, and what to state instead, until somebody states them", () => {
    const said = (region: string) =>
      onDemand(region)
        ?.impossible.map(({ message }) => message)
        .join();
    for (const region of [...CHINA, EUSC])
      expect(said(region)).toMatch(/none are read: state what it costs in USD/);
    expect(said("us-gov-west-1")).toBe("");
    const [aci] = cloudOffers("aci", "chinaeast2", needs, BOOK);
    expect(aci?.impossible).toMatchObject([{ rule: "price" }]);
    const [gov] = cloudOffers("aci", "usgovvirginia", needs, BOOK);
    expect([gov?.impossible, gov?.price]).toEqual([[], undefined]);

    const meters = ["cpu-second", "memory-gib-second", "ipv4-hour"] as const;
    const units = { "cpu-second": "vCPU-hour", "memory-gib-second": "GiB-hour", "ipv4-hour": "address-hour" };
    const stated = meters.map((meter) => {
      const what = { meter, unit: units[meter], usd: "0.04", at: 0, by: "token:ops" };
      return { provider: "ecs" as const, region: "cn-north-1", ...what };
    });
    const offer = onDemand("cn-north-1", "amd64", withStated(BOOK, statedBook(stated, 1)));
    expect(offer?.impossible).toEqual([]);
    expect(offer?.price?.confidence).toBe("stated");
  });

  test("a refresh asks AWS's list for the regions of GovCloud, and for none of China or the European Sovereign Cloud", async () => {
    const asked: string[] = [];
    const fetch = async (url: string | URL) => {
      asked.push(new URL(url).pathname);
      return await Promise.resolve(new Response("no", { status: 404 }));
    };
    const regions = regionsOf(BOOK, "ecs");
    const signal = new AbortController().signal;
    const web = { fetch, sleep: async () => {}, draw: () => 0 };
    const reading = { web, addresses: PRICE_ADDRESSES, regions, now: 0, signal };
    await readPrices("ecs", reading);
    const read = asked.map((path) => path.split("/").at(-2));
    expect(read).toEqual(expect.arrayContaining(GOV));
    expect(read.filter((region = "") => [...CHINA, EUSC].includes(region))).toEqual([]);
    expect(new Set(read).size).toBe(regions.length - CHINA.length - 1);
  });
});

describe("what no document says is there", () => {
  const rules = (region: string, arch: "amd64" | "arm64", billing: "spot" | "on-demand") =>
    cloudOffers("ecs", region, aService({ arch }), BOOK)
      .find((offer) => offer.billing === billing)
      ?.impossible.map(({ rule }) => rule)
      .filter((rule) => rule.startsWith("region:"));

  test("is refused by a sentence: Spot in every sovereign region, arm64 outside GovCloud, Fargate in the European Sovereign Cloud", () => {
    for (const region of GOV) {
      expect(rules(region, "amd64", "on-demand")).toEqual([]);
      expect(rules(region, "arm64", "on-demand")).toEqual([]);
      expect(rules(region, "amd64", "spot")).toEqual(["region:spot"]);
    }
    for (const region of CHINA) {
      expect(rules(region, "amd64", "on-demand")).toEqual([]);
      expect(rules(region, "arm64", "spot")).toEqual(["region:arm64", "region:spot"]);
    }
    expect(rules(EUSC, "amd64", "on-demand")).toEqual(["region:fargate"]);
    expect(rules("eu-central-1", "arm64", "spot")).toEqual([]);
  });

  test("a group of China East 2 is as large as its own page says, and one of elsewhere as large as everywhere", () => {
    const sizes = (region: string, milliCpu: number) =>
      cloudOffers("aci", region, aService({ milliCpu }), BOOK)[0]?.impossible.filter(
        ({ rule }) => rule === "size",
      );
    expect(sizes("chinaeast2", 2_000)).toEqual([]);
    expect(sizes("chinaeast2", 3_000)).toMatchObject([{ pointer: "/resources/cpu" }]);
    expect(sizes("usgovvirginia", 3_000)).toEqual([]);
  });
});

test("traffic between two partitions is charged as the internet's, and within one as between regions", () => {
  const ecs = fc.constantFrom(...regionsOf(BOOK, "ecs"));
  fc.assert(
    fc.property(ecs, ecs, (here, there) => {
      const region = regionOf(BOOK, "ecs", here);
      if (region === undefined) throw new Error("the book has it");
      const talksTo = [{ place: `aws/${there}`, name: "db", gibPerMonth: 7 }];
      const { interRegionGiB, egressGiB } = gravityOf({ talksTo }, region, BOOK);
      const crosses = awsPartition(here).id !== awsPartition(there).id;
      expect([interRegionGiB, egressGiB]).toEqual(
        here === there ? ["0", "0"] : crosses ? ["0", "7"] : ["7", "0"],
      );
    }),
  );
});
