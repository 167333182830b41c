import { expect, test } from "vitest";
import { AWS_BESIDE, type AwsOffer } from "../../../src/catalog/refresh/aws-offers.ts";
import { readAwsPrices } from "../../../src/catalog/refresh/aws.ts";
import { awsBalancers, awsFile, type AwsRow } from "./payloads.ts";

function offer(code: string): AwsOffer {
  const found = AWS_BESIDE.find((one) => one.code === code);
  if (found === undefined) throw new Error(`nothing is read of ${code}`);
  return found;
}
const read = (code: string, rows: readonly AwsRow[], region?: string, said = code) => {
  const prices = readAwsPrices(awsFile(said, rows), region, offer(code));
  if (!prices.ok) return prices.why;
  return prices.value.map((one) => [one.region, one.meter, one.from, one.to, `${one.usd} ${one.unit}`]);
};

test("of the kinds of load balancers that share their usage types only Application counts, and nothing reserved", () => {
  const rows = [...awsBalancers("us-east-1", ""), ...awsBalancers("eu-central-1", "EUC1-")];
  expect(read("AWSELB", rows)).toEqual([
    ["us-east-1", "lb-hour", undefined, undefined, "0.0225 hour"],
    ["us-east-1", "lcu-hour", undefined, undefined, "0.008 LCU-hour"],
    ["eu-central-1", "lb-hour", undefined, undefined, "0.0225 hour"],
    ["eu-central-1", "lcu-hour", undefined, undefined, "0.008 LCU-hour"],
  ]);
});

test("of addresses those in use count, of CloudWatch the logs taken in, of secrets their months", () => {
  const region = "eu-west-1";
  const row = (usagetype: string, usd: string): AwsRow => ({ region, usagetype, steps: [["0", usd]] });
  expect(
    read(
      "AmazonVPC",
      [row("EU-PublicIPv4:InUseAddress", "0.005"), row("EU-PublicIPv4:IdleAddress", "0.006")],
      region,
    ),
  ).toEqual([[region, "ipv4-hour", undefined, undefined, "0.005 address-hour"]]);
  expect(
    read(
      "AmazonCloudWatch",
      [row("EU-DataProcessing-Bytes", "0.57"), row("EU-DataProcessingIA-Bytes", "0.285")],
      region,
    ),
  ).toEqual([[region, "log-gib", undefined, undefined, "0.57 GiB"]]);
  expect(
    read("AWSSecretsManager", [
      row("EU-AWSSecretsManager-Secrets", "0.4"),
      row("EU-AWSSecretsManagerAPIRequest", "0.000005"),
    ]),
  ).toEqual([[region, "secret-month", undefined, undefined, "0.4 secret-month"]]);
});

const OUT = [
  ["0", "0.0900000000"],
  ["10240", "0.0850000000"],
  ["51200", "0.0700000000"],
  ["153600", "0.0500000000"],
] as const;
const outbound = (steps: AwsRow["steps"], transferType = "AWS Outbound"): AwsRow => ({
  region: "eu-west-1",
  usagetype: "EU-DataTransfer-Out-Bytes",
  steps,
  attributes: { servicecode: "AWSDataTransfer", transferType },
});

test("traffic to the internet has its steps; between regions it is another product", () => {
  const rows = [outbound(OUT), outbound([["0", "0.02"]], "InterRegion Outbound")];
  expect(read("AWSDataTransfer", rows, "eu-west-1")).toEqual([
    ["eu-west-1", "egress-gib", "0", "10240", "0.09 GiB"],
    ["eu-west-1", "egress-gib", "10240", "51200", "0.085 GiB"],
    ["eu-west-1", "egress-gib", "51200", "153600", "0.07 GiB"],
    ["eu-west-1", "egress-gib", "153600", undefined, "0.05 GiB"],
  ]);
});

const balancer = (changes: Partial<AwsRow>): readonly AwsRow[] =>
  awsBalancers("us-east-1", "").map((row) => ({ ...row, ...changes }));
test.each<readonly [what: string, found: unknown, why: string]>([
  [
    "another offer's file",
    read("AWSELB", awsBalancers("us-east-1", ""), undefined, "AmazonEC2"),
    "no price list of AWSELB",
  ],
  ["another currency", read("AWSELB", balancer({ steps: [["0", { CNY: "0.15" }]] })), "priced in CNY"],
  [
    "steps where there never were any",
    read("AWSELB", balancer({ steps: OUT })),
    "4 steps of price where it always had one",
  ],
  [
    "two prices for one thing",
    read("AWSELB", [...awsBalancers("us-east-1", ""), ...balancer({ steps: [["0", "0.03"]] }).slice(-2)]),
    "two prices",
  ],
  [
    "steps without a first",
    read("AWSDataTransfer", [outbound(OUT.slice(1))], "eu-west-1"),
    "says nothing of what comes before",
  ],
  [
    "a step that begins nowhere",
    read("AWSDataTransfer", [outbound([["Inf", "0.09"]])], "eu-west-1"),
    "no price list",
  ],
])("with %s nothing of a file is believed", (_what, found, why) => {
  expect(found).toContain(why);
});
