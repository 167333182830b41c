import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { dryRun } from "../../src/broker/dry-run.ts";
import { DAY_MS, dayOf } from "../../src/domain/traffic.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

const REQUESTS_A_DAY = 1_000_000;

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("run", sandboxTarget("cloud-run"));
});
afterEach(async () => {
  await bench.close();
});

const spec = webSpec({ usage: { requestsPerMonth: 1_000, requestMs: 10, egressGiBPerMonth: 1 } });
const priced = async () => (await dryRun(bench.main.ports, bench.caller, { spec })).price;
const carried = (day: number, workload = "web") =>
  bench.file.store.addTraffic(
    [
      {
        project: bench.caller.project.id,
        environment: "production",
        workload,
        day,
        requests: REQUESTS_A_DAY,
        requestMs: REQUESTS_A_DAY * 100,
        egressBytes: 2 ** 30,
      },
    ],
    bench.clock.now,
  );

test("the expected price follows what the gateways carried, says so, and is the same all day", async () => {
  await deploy(bench.main.ports, bench.caller, "web", { spec });
  await bench.run(5_000);
  const hinted = await priced();
  expect(hinted?.assumes?.join(" ")).not.toContain("measured");
  const today = dayOf(bench.clock.now);
  await carried(today);
  await carried(today + DAY_MS);
  expect((await priced())?.expectedUsd).toBe(hinted?.expectedUsd);

  bench.clock.now = today + 2 * DAY_MS + 1;
  const measured = await priced();
  expect(Number(measured?.expectedUsd)).toBeGreaterThan(Number(hinted?.expectedUsd));
  expect(measured?.assumes).toEqual(
    expect.arrayContaining([
      "usage.requestsPerMonth: 30000000, measured yesterday",
      "usage.requestMs: 100, measured yesterday",
      "usage.egressGiBPerMonth: 30, measured yesterday",
    ]),
  );
  await carried(dayOf(bench.clock.now));
  bench.clock.now += DAY_MS / 2;
  expect((await priced())?.expectedUsd).toBe(measured?.expectedUsd);
});

test("a workload that is removed and made anew is not priced by what came before it", async () => {
  await deploy(bench.main.ports, bench.caller, "web", { spec });
  const hinted = await priced();
  await carried(dayOf(bench.clock.now) - DAY_MS);
  expect((await priced())?.expectedUsd).toBe(hinted?.expectedUsd);
});
