import type { ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { readPrices } from "../../../src/catalog/refresh/sources.ts";
import { answerJson, fakeProvider, readingOf, type FakeProvider } from "./fake-provider.ts";
import { awsBulk, azureItem, azurePage, gcpPage, gcpSku, recorded } from "./payloads.ts";

let provider: FakeProvider | undefined;
afterEach(async () => {
  await provider?.close();
  provider = undefined;
});
async function open(
  answer: (url: URL, response: ServerResponse, earlier: number) => void,
): Promise<FakeProvider> {
  provider = await fakeProvider(answer);
  return provider;
}
const why = (text: string) => ({ ok: false, why: expect.stringContaining(text) as string });

test("Azure's pages are followed to the end, by the links the answers give", async () => {
  const { url, asked } = await open((at, response) => {
    const skip = at.searchParams.get("$skip");
    const next = new URL(at);
    next.searchParams.set("$skip", "1000");
    if (skip === null) return answerJson(response, azurePage([azureItem()], { NextPageLink: next.href }));
    response.end(recorded("azure-brazilsouth"));
  });
  const read = await readPrices("aci", readingOf(url));
  expect(read.ok && new Set(read.value.map(({ region }) => region))).toEqual(
    new Set(["westeurope", "brazilsouth"]),
  );
  expect(asked).toHaveLength(2);
  expect(asked[0]?.url.searchParams.get("$filter")).toBe("serviceName eq 'Container Instances'");
});

test.each([
  ["another host", "http://127.0.0.2:9/api/retail/prices?$skip=1000"],
  ["another port", "http://127.0.0.1:9/api/retail/prices?$skip=1000"],
  ["another path", "/admin"],
  ["credentials in it", "http://user:secret@HOST/api/retail/prices?$skip=1000"],
  ["a file", "file:///etc/hostname"],
  ["no address at all", "next please"],
])("a next link with %s is not followed, and nothing of the reading is believed", async (_what, link) => {
  const { url, asked } = await open((at, response) => {
    const next = link.startsWith("/") ? new URL(link, at).href : link.replace("HOST", at.host);
    answerJson(response, azurePage([azureItem()], { NextPageLink: next }));
  });
  expect(await readPrices("aci", readingOf(url))).toEqual(why("next page is said to be at another place"));
  expect(asked).toHaveLength(1);
});

test("a next link that writes out the port of its scheme, as Azure does, is of the same host", async () => {
  const asked: string[] = [];
  const link = "https://prices.azure.com:443/api/retail/prices?$filter=x&$skip=1000";
  const scripted = async (url: URL) => {
    asked.push(url.href);
    return Response.json(azurePage([azureItem()], { NextPageLink: asked.length === 1 ? link : "" }));
  };
  const reading = readingOf("https://prices.azure.com");
  const web = { ...reading.web, fetch: scripted };
  expect(await readPrices("aci", { ...reading, web })).toMatchObject({ ok: true });
  expect(asked[1]).toBe("https://prices.azure.com/api/retail/prices?$filter=x&$skip=1000");
});

test("pages that never end are given up on", async () => {
  const { url, asked } = await open((at, response) => {
    const next = new URL(at);
    next.searchParams.set("$skip", String(Number(at.searchParams.get("$skip") ?? "0") + 1));
    answerJson(response, azurePage([azureItem()], { NextPageLink: next.href }));
  });
  expect(await readPrices("aci", readingOf(url))).toEqual(why("do not end"));
  expect(asked).toHaveLength(100);
});

test("a page that names itself as the next one is read once", async () => {
  const { url, asked } = await open((at, response) =>
    answerJson(response, azurePage([azureItem()], { NextPageLink: at.href })),
  );
  expect(await readPrices("aci", readingOf(url))).toEqual(why("do not end"));
  expect(asked).toHaveLength(1);
});

test("Google's pages are followed by their tokens, and the key travels as a header only", async () => {
  const { url, asked } = await open((at, response) => {
    const second = at.searchParams.get("pageToken") === "more";
    const tier1 = gcpSku("Services CPU (Request-based billing)", 24_000, { regions: ["africa-south1"] });
    const tier2 = gcpSku("Services CPU Tier 2  (Request-based billing)", 33_600, {
      regions: ["africa-south1"],
    });
    answerJson(response, second ? gcpPage([tier2]) : gcpPage([tier1], "more"));
  });
  const read = await readPrices("cloud-run", readingOf(url));
  expect(read.ok && read.value.map(({ usd }) => usd)).toEqual(["0.0000336"]);
  expect(asked.map(({ headers }) => headers["x-goog-api-key"])).toEqual(["a-key", "a-key"]);
  expect(asked.some(({ url: at }) => at.href.includes("a-key"))).toBe(false);
});

test("without a key Google is not asked, and the sentence says which variable to set", async () => {
  const { url, asked } = await open((_at, response) => answerJson(response, gcpPage([])));
  expect(await readPrices("cloud-run", readingOf(url, { gcpKey: undefined }))).toEqual(
    why("BERTH_GCP_PRICING_KEY"),
  );
  expect(asked).toHaveLength(0);
});

test("Amazon is asked for each region's file; a region without one is left out, and the others count", async () => {
  const { url } = await open((at, response) => {
    const region = at.pathname.split("/").at(-2) ?? "";
    if (region !== "eu-west-1") return void response.writeHead(403).end();
    answerJson(response, awsBulk(region, { "EU-Fargate-GB-Hours": "0.004445" }));
  });
  const read = await readPrices("ecs", readingOf(url));
  expect(read.ok && read.value.map(({ region, usd }) => `${region} ${usd}`)).toEqual(["eu-west-1 0.004445"]);
});

test("when one region of Amazon's cannot be read, nothing of the reading is believed", async () => {
  const { url } = await open((at, response) => {
    const region = at.pathname.split("/").at(-2) ?? "";
    if (region === "us-east-1") return void response.writeHead(500).end();
    answerJson(response, awsBulk(region, { "EU-Fargate-GB-Hours": "0.004445" }));
  });
  expect(await readPrices("ecs", readingOf(url))).toEqual(why("answered 500"));
});

test("429 and 5xx are tried again, after growing pauses or as long as asked for", async () => {
  const { url, asked } = await open((_at, response, earlier) => {
    if (earlier === 0) return void response.writeHead(503).end();
    if (earlier === 1) return void response.writeHead(429, { "retry-after": "7" }).end();
    answerJson(response, azurePage([azureItem()]));
  });
  const reading = readingOf(url);
  expect(await readPrices("aci", reading)).toMatchObject({ ok: true });
  expect(asked).toHaveLength(3);
  expect(reading.pauses).toEqual([750, 7_000]);
});

test("a provider that stays busy is given up on after a few tries", async () => {
  const { url, asked } = await open(
    (_at, response) => void response.writeHead(429, { "retry-after": "86400" }).end(),
  );
  const reading = readingOf(url);
  expect(await readPrices("aci", reading)).toEqual(why("answered 429"));
  expect(asked).toHaveLength(3);
  expect(Math.max(...reading.pauses)).toBeLessThanOrEqual(60_000);
});

test.each<readonly [what: string, answer: (response: ServerResponse) => void, text: string]>([
  [
    "a redirect",
    (response) => void response.writeHead(302, { location: "http://127.0.0.2/" }).end(),
    "redirects are not followed",
  ],
  ["a page of HTML", (response) => void response.end("<html>sign in</html>"), "no whole JSON document"],
  [
    "half a page",
    (response) => void response.end(recorded("azure-westeurope").slice(0, 5_000)),
    "no whole JSON document",
  ],
  ["a connection that breaks", cutOff, "could not be read"],
  [
    "more than can be read",
    (response) => void response.end(`{"pad":"${"x".repeat(200_000)}"}`),
    "more than 100000 bytes",
  ],
  ["nothing of containers", (response) => answerJson(response, azurePage([])), "nothing in the answer"],
  ["a refusal", (response) => void response.writeHead(400).end(), "answered 400"],
])("after %s the reading says why it is not believed", async (_what, answer, text) => {
  const { url } = await open((_at, response) => answer(response));
  expect(await readPrices("aci", readingOf(url))).toEqual(why(text));
});

test("a reading ends with the time it was given, and says so", async () => {
  const { url } = await open(() => {});
  const signal = AbortSignal.timeout(50);
  expect(await readPrices("aci", readingOf(url, { signal }))).toEqual(why("the time for a refresh is up"));
});

test("only the path is named where a reading fails: no filter, token or key is in a sentence", async () => {
  const { url, asked } = await open((at, response) => {
    if (at.searchParams.has("pageToken")) return void response.writeHead(400).end();
    answerJson(response, gcpPage([gcpSku("Requests", 400, { unit: "count" })], "a-token"));
  });
  const read = await readPrices("cloud-run", readingOf(url));
  expect(read).toEqual(why("/v1/services/152E-C115-5142/skus answered 400"));
  expect(JSON.stringify(read)).not.toMatch(/a-token|a-key|pageSize/);
  expect(asked).toHaveLength(2);
});

function cutOff(response: ServerResponse): void {
  response.writeHead(200, { "content-length": "100000" });
  response.write(recorded("azure-westeurope").slice(0, 1_000), () => response.destroy());
}
