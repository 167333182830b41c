import { expect, test } from "vitest";
import { desk } from "./desk.ts";

const files = {
  "body.json": JSON.stringify({
    provider: "ecs",
    region: "us-east-1",
    resources: { cpu: 0.25, memory: "1GB" },
    replicas: 10,
    usage: { hours: 30 },
  }),
  "wrong.json": '{"provider":"ecs",\n"region":"us-east-1",\n"resources":{"cpu":1}}',
};

async function quoting(...words: readonly string[]) {
  const cli = desk({ files, server: "http://192.0.2.1", token: undefined });
  return { exit: await cli.run("quote", ...words), cli };
}

test("berth quote prices a shape without a broker, and shows every line with its rate, date and source", async () => {
  const { exit, cli } = await quoting("aws/eu-west-1", "--cpu", "0.5", "--memory", "1Gi", "--replicas", "2");
  expect(exit).toBe(0);
  expect(cli.out()).toMatch(/cpu-second +730 +vCPU-hour +0\.04048 +29\.5504 +2025-10-27 \[1\]/);
  expect(cli.out()).toContain("total  $36.0401");
  expect(cli.out()).toContain("[1] AWS metered unit map");
});

test("--json prints what POST /v1/quotes answers, and -f takes its body", async () => {
  const { exit, cli } = await quoting("-f", "body.json", "--json");
  expect(exit).toBe(0);
  const answer: { totalUsd: string; lines: { meter: string; rateId: string }[] } = JSON.parse(cli.out());
  expect(Number(answer.totalUsd)).toBeCloseTo(4.37, 2);
  expect(answer.lines[0]?.rateId).toBe("ecs/us-east-1/linux-amd64/cpu-second@2025-10-27:0.04048");
});

test("switches and rates of one's own are fields of the body", async () => {
  const words = ["gcp/europe-west1", "--cpu", "1", "--memory", "512Mi", "--billing", "worker-pool", "--free"];
  const { cli } = await quoting(
    ...words,
    "--rates",
    "cpu-second=0.000006072,memory-gib-second=6.67e-7",
    "--json",
  );
  const answer: { totalUsd: string } = JSON.parse(cli.out());
  expect(Number(answer.totalUsd).toFixed(2)).toBe("11.61");
});

test.each<[string, readonly string[], RegExp]>([
  ["a place that is none", ["ecs"], /is no place: write it as ecs\/eu-west-1/],
  ["neither a place nor a file", [], /needs a PLACE, or -f FILE/],
  [
    "a region written wrong",
    ["ecs/eu-wst-1", "--cpu", "1", "--memory", "1Gi"],
    /\/region +ecs has no region eu-wst-1: did you mean eu-west-1\?/,
  ],
  [
    "a meter without a known price",
    ["aci/westus", "--cpu", "1", "--memory", "1Gi"],
    /no price of cpu-second is known for aci in westus: give rates\.cpu-second/,
  ],
  ["a rate without a figure", ["ecs/eu-west-1", "--rates", "cpu-second"], /is no rate/],
  [
    "a body with a field missing, by its line",
    ["-f", "wrong.json"],
    /wrong\.json: 1 problem\n +line 3 +\/resources/,
  ],
])("%s is refused with what to change", async (_name, words, message) => {
  const { exit, cli } = await quoting(...words);
  expect(exit).toBe(2);
  expect(cli.err()).toMatch(message);
});
