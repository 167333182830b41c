import { expect, test } from "vitest";
import type { RunVerbs, Try } from "../../../src/adapters/adapter.ts";
import { call } from "../fixtures.ts";
import { CONFIG, ecsWorld, jobTemplate } from "./world.ts";

const { region: _region, cluster, subnets, securityGroups, ...rest } = CONFIG;
const NAMES = ["eu-west-1", "us-east-1", "ap-south-1"] as const;
const regions = NAMES.map((region) => ({ region, cluster, subnets, securityGroups }));
const HOUR_MS = 3_600_000;
const SLOW = jobTemplate({ image: "ghcr.io/acme/slow:1", secrets: {} });

/** So many tries that run for an hour, of one job in each of three regions. */
async function running(count: number, used: readonly string[] = NAMES) {
  const world = ecsWorld({ config: { ...rest, regions }, rules: { throttles: false } });
  world.account.behave({ exits: [{ image: "slow", exitCode: 7, afterMs: HOUR_MS, lines: ["no rows"] }] });
  const jobs = used.map((region) =>
    world.unit({ place: { provider: "ecs", target: "here", region }, template: SLOW }),
  );
  const tries = Array.from({ length: count }, (_, index): Try => {
    const unit = jobs[index % jobs.length];
    if (unit === undefined) throw new Error("three jobs at least");
    const name = `btry${index}`;
    return { unit, run: { run: "run_1", attempt: index + 1, name, startedAt: world.time.now() } };
  });
  const runs = (adapter = world.adapter): RunVerbs => {
    if (adapter.runs === undefined) throw new Error("ECS runs jobs");
    return adapter.runs;
  };
  for (const { unit, run } of tries) await runs().start(unit, run, call());
  world.time.pass(60_000);
  /** One look at these: what each is told to be, and the calls it took. */
  const look = async (those: readonly Try[] = tries, adapter = world.adapter) => {
    const before = world.calls.length;
    const seen = await runs(adapter).observe(those, call());
    const spent = Map.groupBy(world.operations().slice(before), (operation) => operation);
    return { seen, calls: Object.fromEntries([...spent].map(([name, { length }]) => [name, length])) };
  };
  return { world, tries, look };
}

const phases = (seen: Awaited<ReturnType<RunVerbs["observe"]>>) =>
  new Set([...seen.values()].map((one) => ("phase" in one ? one.phase : one.message)));
const pages = (count: number) =>
  NAMES.reduce((sum, _, index) => sum + Math.ceil(Math.ceil((count - index) / 3) / 100), 0);

test.each([1, 100, 500])(
  "a look at %i tries in three regions reads their tasks by the hundred, and no log while they run",
  async (count) => {
    const { look } = await running(count);
    const { seen, calls } = await look();
    expect([seen.size, phases(seen)]).toEqual([count, new Set(["running"])]);
    // For 500 tries six calls.
    expect(calls).toEqual({ DescribeTasks: pages(count) });
  },
);

test("a broker that has just begun finds many tries in the lists of what runs, and few by their names", async () => {
  const { world, tries, look } = await running(500);
  const fresh = world.open();
  const { seen, calls } = await look(tries, fresh);
  expect([seen.size, phases(seen)]).toEqual([500, new Set(["running"])]);
  expect(calls).toEqual({ ListTasks: 6, DescribeTasks: 6 });
  expect((await look(tries, fresh)).calls).toEqual({ DescribeTasks: 6 });
  const few = await look(tries.slice(0, 3), world.open());
  expect([few.seen.size, phases(few.seen)]).toEqual([3, new Set(["running"])]);
  expect(few.calls).toEqual({ ListTasks: 3, DescribeTasks: 3 });
});

test("of tries that end together twenty are told in a look at a region, the first ones, each with its log, which is read once", async () => {
  const { world, tries, look } = await running(50, ["eu-west-1"]);
  world.time.pass(HOUR_MS);
  let left = tries;
  const told: number[] = [];
  for (let looks = 0; left.length > 0 && looks < 9; looks += 1) {
    const { seen, calls } = await look(left);
    expect(calls["GetLogEvents"]).toBe(seen.size);
    expect([...seen.keys()]).toEqual(left.slice(0, seen.size).map(({ run }) => run.name));
    for (const one of seen.values())
      expect(one).toMatchObject({ phase: "failed", exitCode: 7, lastLines: [expect.any(String), "no rows"] });
    told.push(seen.size);
    left = left.filter(({ run }) => !seen.has(run.name));
  }
  expect(told).toEqual([20, 20, 10]);
  expect(world.operations().filter((one) => one === "GetLogEvents")).toHaveLength(50);
});

test("many tries that nobody finds are asked for by their names twenty at a time", async () => {
  const { world, tries, look } = await running(3, ["eu-west-1"]);
  const [one] = tries;
  if (one === undefined) throw new Error("three tries");
  world.time.pass(2 * HOUR_MS);
  const lost = Array.from({ length: 50 }, (_, index): Try => {
    const run = { ...one.run, name: `blost${index}` };
    return { unit: one.unit, run };
  });
  const { seen, calls } = await look([...lost, one]);
  expect([...seen.keys()]).toEqual(lost.slice(0, 20).map(({ run }) => run.name));
  expect(phases(seen)).toEqual(new Set(["unknown"]));
  // One list of what runs, and two of each name.
  expect(calls["ListTasks"]).toBe(1 + 2 * 20);
});

test("a region that does not answer, or is named no more, says so of its own tries alone", async () => {
  const { world, tries } = await running(6);
  const cut = world.openOver((api) => ({
    async send(region, operation, input, given) {
      if (region === "us-east-1") throw Object.assign(new Error("cut"), { name: "ServerException" });
      return await api.send(region, operation, input, given);
    },
  }));
  const [one] = tries;
  if (one === undefined) throw new Error("six tries");
  const away = { ...one, unit: { ...one.unit, place: { ...one.unit.place, region: "sa-east-1" } } };
  const elsewhere = { ...away, run: { ...one.run, name: "baway" } };
  const seen = await cut.runs?.observe([...tries, elsewhere], call());
  const told = [...tries, elsewhere].map(({ run }) => {
    const said = seen?.get(run.name);
    return said !== undefined && "phase" in said ? said.phase : said?.kind;
  });
  expect(told).toEqual(["running", "unavailable", "running", "running", "unavailable", "running", "invalid"]);
});
