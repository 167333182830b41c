import { expect, test } from "vitest";
import { Quote } from "../../src/catalog/quote-body.ts";
import { readQuote } from "../../src/catalog/read-quote.ts";

const base = { provider: "ecs", region: "us-east-1", resources: { cpu: 1, memory: "2Gi" } };

function read(changes: object) {
  const answer = readQuote({ ...base, ...changes });
  return answer.ok ? answer.request : answer.problems;
}
const sized = (resources: object) => read({ resources: { ...base.resources, ...resources } });

test.each([
  [2048, "2Gi"],
  [2048, "2GB"],
  [2048, "2 GiB"],
  [2048, "2 Gi"],
  [2048, "2gb"],
  [2048, "2048MB"],
  [2048, 2],
  [2048, "2"],
  [512, 0.5],
  [512, "512Mi"],
  [512, 536_870_912],
])("%d MiB of memory may be written as %j", (memoryMiB, memory) => {
  expect(sized({ memory })).toMatchObject({ resources: { memoryMiB } });
});

test.each([
  [250, 0.25],
  [250, "0.25"],
  [250, "250m"],
  [2000, "2"],
  [2000, "2 vCPU"],
])("%d thousandths of a vCPU may be written as %j", (milliCpu, cpu) => {
  expect(sized({ cpu })).toMatchObject({ resources: { milliCpu } });
});

test.each([
  [30, "30GB"],
  [30, 30],
  [0, 0],
  [1, "500M"],
])("%d GiB of disk may be written as %j", (ephemeralStorageGiB, ephemeralStorage) => {
  expect(sized({ ephemeralStorage })).toMatchObject({ resources: { ephemeralStorageGiB } });
});

test("a size without a unit that may be MiB or GiB is refused with both", () => {
  expect(sized({ memory: 512 })).toEqual([
    { pointer: "/resources/memory", message: "512 has no unit: write 512Mi or 512Gi" },
  ]);
});

test("amounts, rates and replicas may be numbers or text", () => {
  const written = {
    replicas: "5",
    usage: { hours: "1.5", egressGiB: 10 },
    rates: { "cpu-second": 1.1244e-5 },
  };
  expect(read(written)).toMatchObject({
    replicas: 5,
    usage: { hours: "1.5", egressGiB: "10" },
    rates: { "cpu-second": "0.000011244" },
  });
  for (const replicas of ["1.5", "many", -1, 100_001, "100001"])
    expect(read({ replicas })).toEqual([expect.objectContaining({ pointer: "/replicas" })]);
});

test("requests and how many run at once are whole, however they are written", () => {
  expect(read({ usage: { requests: "1e6", concurrency: "80.0" } })).toMatchObject({ provider: "ecs" });
  for (const field of ["requests", "concurrency"])
    expect(read({ usage: { [field]: "1.5" } })).toEqual([
      { pointer: `/usage/${field}`, message: expect.stringContaining("write a whole number") },
    ]);
});

test("what hours and seconds mean beside requests stands where a user of the API reads of usage", () => {
  expect(Quote.in.shape.usage.description).toMatch(
    /beside requests and requestMs, hours or seconds are those of warm/,
  );
});
