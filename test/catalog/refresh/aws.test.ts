import { expect, test } from "vitest";
import { readAwsPrices } from "../../../src/catalog/refresh/aws.ts";
import { awsAnswer, awsBulk, TOKYO } from "./payloads.ts";

const usd = (payload: unknown, region?: string) => {
  const read = readAwsPrices(payload, region);
  if (!read.ok) throw new Error(read.why);
  return Object.fromEntries(
    read.value.map((one) => [`${one.region}/${one.product}/${one.meter}/${one.unit}`, one.usd]),
  );
};
const IN_TOKYO = {
  "ap-northeast-1/linux-amd64/cpu-second/vCPU-hour": "0.05056",
  "ap-northeast-1/linux-amd64/memory-gib-second/GiB-hour": "0.00553",
  "ap-northeast-1/storage/ephemeral-gib-second/GiB-hour": "0.000133",
  "ap-northeast-1/linux-arm64/cpu-second/vCPU-hour": "0.04045",
  "ap-northeast-1/linux-arm64/memory-gib-second/GiB-hour": "0.00442",
  "ap-northeast-1/windows-amd64/os-cpu-second/vCPU-hour": "0.046",
};

test("a region's bulk file and an answer of GetProducts say the same prices", () => {
  expect(usd(awsBulk("ap-northeast-1", TOKYO), "ap-northeast-1")).toEqual(IN_TOKYO);
  expect(usd(awsAnswer("ap-northeast-1", TOKYO))).toEqual(IN_TOKYO);
});

test("a usage type counts whole: what only contains one is another product", () => {
  const others = {
    "EU-ECS-EC2-GB-Hours": "0.001",
    "EU-Fargate-GB-Hours:perGB": "0.002",
    "EU-Fargate-GPU-GB-Hours": "0.003",
    "EU-Managed-Fargate-GB-Hours": "0.004",
    constructor: "0.005",
    "EU-Fargate-GB-Hours": "0.004445",
  };
  expect(usd(awsBulk("eu-west-1", others), "eu-west-1")).toEqual({
    "eu-west-1/linux-amd64/memory-gib-second/GiB-hour": "0.004445",
  });
  expect(usd(awsBulk("us-east-1", { "Fargate-GB-Hours": "0.004445" }), "us-east-1")).toEqual({
    "us-east-1/linux-amd64/memory-gib-second/GiB-hour": "0.004445",
  });
});

const CPU = "EU-Fargate-vCPU-Hours:perCPU";
test.each<readonly [what: string, payload: unknown, why: string]>([
  ["another currency", awsBulk("eu-west-1", { [CPU]: { CNY: "0.28" } }), "priced in CNY, not in USD"],
  ["a price that is none", awsBulk("eu-west-1", { [CPU]: "free" }), "no price"],
  ["a negative price", awsBulk("eu-west-1", { [CPU]: "-0.04" }), "no price"],
  ["a price beyond all sense", awsBulk("eu-west-1", { [CPU]: "40480000" }), "more than any unit"],
  ["another region's price", awsBulk("eu-west-2", { [CPU]: "0.04048" }), "is of eu-west-2, not of eu-west-1"],
  ["another service", { ...awsBulk("eu-west-1", {}), offerCode: "AmazonEC2" }, "no price list of AmazonECS"],
  [
    "a product without its price",
    { ...awsBulk("eu-west-1", { [CPU]: "0.04" }), terms: { OnDemand: {} } },
    "0 steps",
  ],
  ["no document", "Access denied", "no price list"],
])("with %s nothing of a file is believed", (_what, payload, why) => {
  expect(readAwsPrices(payload, "eu-west-1")).toEqual({
    ok: false,
    why: expect.stringContaining(why) as string,
  });
});

test("two prices for one thing are a doubt, the same one twice is not", () => {
  const both = (second: string) => {
    const twice = awsAnswer("eu-west-1", { [CPU]: "0.04048" });
    const other = awsAnswer("eu-west-1", { [CPU]: second });
    return { PriceList: [twice["PriceList"], other["PriceList"]].flat() };
  };
  expect(usd(both("0.0404800"))).toEqual({ "eu-west-1/linux-amd64/cpu-second/vCPU-hour": "0.04048" });
  expect(readAwsPrices(both("0.05"))).toMatchObject({
    ok: false,
    why: expect.stringContaining("two prices") as string,
  });
});

test("an answer of GetProducts with a product cut off is not believed", () => {
  const answer = { PriceList: [JSON.stringify({ product: {} }).slice(0, -3)] };
  expect(readAwsPrices(answer)).toMatchObject({ ok: false });
});
