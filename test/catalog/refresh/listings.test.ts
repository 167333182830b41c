import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { readPrices } from "../../../src/catalog/refresh/sources.ts";
import type { Cloud } from "../../../src/domain/place.ts";
import { answerJson, fakeProvider, readingOf, type FakeProvider } from "./fake-provider.ts";
import {
  awsBalancers,
  awsBulk,
  awsFile,
  AZURE_ZONE_1,
  azureEgress,
  azureItem,
  azurePage,
  gcpPage,
  gcpSku,
} from "./payloads.ts";

let provider: FakeProvider | undefined;
afterEach(async () => {
  await provider?.close();
  provider = undefined;
});
async function open(answer: (url: URL, response: ServerResponse) => void): Promise<FakeProvider> {
  provider = await fakeProvider(answer);
  return provider;
}
async function readAll(cloud: Cloud, url: string) {
  const read = await readPrices(cloud, readingOf(url));
  if (!read.ok) throw new Error(read.why);
  const beside = await read.beside?.();
  const rows = [...read.value, ...(beside?.value ?? [])].map(({ region, product, meter, from = "0", usd }) =>
    [region, `${product}/${meter}`, from, usd].join(" "),
  );
  return { rows, unread: beside?.unread ?? [] };
}

/** Amazon with Fargate and load balancers; every other offer is without a file. */
function amazon(at: URL, response: ServerResponse): void {
  const [offer, , region] = at.pathname.split("/").slice(4);
  if (offer === "AmazonECS" && region === "eu-west-1")
    return answerJson(response, awsBulk(region, { "EU-Fargate-GB-Hours": "0.004445" }));
  if (offer === "AWSELB" && region === "index.json")
    return answerJson(
      response,
      awsFile("AWSELB", [...awsBalancers("us-east-1", ""), ...awsBalancers("eu-west-1", "EU-")]),
    );
  response.writeHead(404).end();
}

test("load balancers of all of Amazon's regions come from one file, and the other offers region by region", async () => {
  const { url, asked } = await open(amazon);
  const { rows } = await readAll("ecs", url);
  expect(rows).toEqual([
    "eu-west-1 linux-amd64/memory-gib-second 0 0.004445",
    "us-east-1 load-balancer/lb-hour 0 0.0225",
    "us-east-1 load-balancer/lcu-hour 0 0.008",
    "eu-west-1 load-balancer/lb-hour 0 0.0225",
    "eu-west-1 load-balancer/lcu-hour 0 0.008",
  ]);
  const paths = asked.map(({ url: at }) => at.pathname.replace("/offers/v1.0/aws/", ""));
  expect(paths.filter((path) => path.startsWith("AWSELB/"))).toEqual(["AWSELB/current/index.json"]);
  expect(paths.filter((path) => path.startsWith("AmazonVPC/")).toSorted()).toEqual([
    "AmazonVPC/current/eu-west-1/index.json",
    "AmazonVPC/current/us-east-1/index.json",
  ]);
});

test("a list that cannot be read, or has nothing in it, is named with its reason, and the others count", async () => {
  const { url } = await open(amazon);
  const { unread } = await readAll("ecs", url);
  expect(unread).toEqual([
    { list: "AWSSecretsManager", why: expect.stringContaining("answered 404") as string },
    { list: "AmazonVPC", why: "nothing in the answer is a price that Berth knows" },
    { list: "AmazonCloudWatch", why: "nothing in the answer is a price that Berth knows" },
    { list: "AWSDataTransfer", why: "nothing in the answer is a price that Berth knows" },
  ]);
});

test("where the list of the containers fails nothing else is read, and before it is read to its end neither", async () => {
  const broken = await open((at, response) =>
    at.pathname.includes("/AmazonECS/") ? void response.writeHead(400).end() : amazon(at, response),
  );
  const read = await readPrices("ecs", readingOf(broken.url));
  expect(read).toEqual({ ok: false, why: expect.stringContaining("answered 400") as string });
  await broken.close();
  const { url, asked } = await open(amazon);
  expect(await readPrices("ecs", readingOf(url))).toMatchObject({ ok: true });
  await setTimeout(50);
  expect(asked.map(({ url: at }) => at.pathname.split("/")[4])).toEqual(["AmazonECS", "AmazonECS"]);
});

test("Azure is asked for traffic and logs of its own route and meter, and steps are put together over pages", async () => {
  const egress = azureEgress("westeurope", AZURE_ZONE_1);
  const { url, asked } = await open((at, response) => {
    const filter = at.searchParams.get("$filter") ?? "";
    const next = new URL(at);
    next.searchParams.set("$skip", "1000");
    if (filter.includes("'Container Instances'")) return answerJson(response, azurePage([azureItem()]));
    if (!filter.includes("'Bandwidth'")) return answerJson(response, azurePage([]));
    const page = at.searchParams.has("$skip")
      ? azurePage(egress.slice(0, 3))
      : azurePage(egress.slice(3), { NextPageLink: next.href });
    answerJson(response, page);
  });
  const { rows, unread } = await readAll("aci", url);
  expect(rows).toEqual([
    "westeurope linux/cpu-second 0 0.0466",
    "westeurope egress/egress-gib 0 0",
    "westeurope egress/egress-gib 100 0.087",
    "westeurope egress/egress-gib 10335 0.083",
    "westeurope egress/egress-gib 51295 0.07",
    "westeurope egress/egress-gib 153695 0.05",
  ]);
  expect(unread.map(({ list }) => list)).toEqual(["Log Analytics"]);
  expect(new Set(asked.map(({ url: at }) => at.searchParams.get("$filter")))).toEqual(
    new Set([
      "serviceName eq 'Container Instances'",
      "serviceName eq 'Bandwidth' and productName eq 'Rtn Preference: MGN' and meterName eq 'Standard Data Transfer Out'",
      "serviceName eq 'Log Analytics' and meterName eq 'Analytics Logs Data Ingestion'",
    ]),
  );
});

test("Google's other services are read by their ids, each with the names of its own SKUs", async () => {
  const skus: Readonly<Record<string, readonly unknown[]>> = {
    "152E-C115-5142": [
      gcpSku("Requests", 400, { unit: "count" }),
      gcpSku("Cloud Run Network Internet Data Transfer Out Europe to Europe", 105_000_000, {
        unit: "GiBy",
        regions: ["europe-west1"],
      }),
      gcpSku("Log Storage cost", 1_000, { unit: "GiBy" }),
    ],
    "5490-F7B7-8DF6": [gcpSku("Log Storage cost", 500_000_000, { unit: "GiBy" })],
  };
  const { url } = await open((at, response) =>
    answerJson(response, gcpPage(skus[at.pathname.split("/")[3] ?? ""] ?? [])),
  );
  const { rows, unread } = await readAll("cloud-run", url);
  expect(rows).toEqual([
    "global request/request 0 0.0000004",
    "europe-west1 egress/egress-gib 0 0.105",
    "global logs/log-gib 0 0.5",
  ]);
  expect(unread.map(({ list }) => list)).toEqual(["Secret Manager"]);
});
