import { expect, test } from "vitest";
import type { RunVerbs, Try } from "../../../src/adapters/adapter.ts";
import type { CloudRunApi, Execution } from "../../../src/adapters/cloud-run/api.ts";
import type { StoredResource } from "../../../src/adapters/cloud-run/simulator/state.ts";
import { call, template } from "../fixtures.ts";
import { runUnit } from "./settings.ts";
import { world } from "./world.ts";

const REGIONS = ["europe-west1", "us-central1", "asia-east1"] as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DELAYS = { create: 300, ready: 700, destroy: 300, visible: 0 } as const;

interface Options {
  readonly used: readonly string[];
  readonly readyMs: number;
  readonly api: (api: CloudRunApi) => CloudRunApi;
}

const JOB = template({ secrets: {}, files: [], stopGraceSeconds: 10, kind: "job", route: undefined });

/** So many tries that run for an hour, of one job in each of three regions. `api` stands before Google. */
async function running(
  count: number,
  { used = REGIONS, readyMs = 700, api = (given) => given }: Partial<Options> = {},
) {
  const delaysMs = { ...DELAYS, ready: readyMs, task: HOUR_MS };
  const here = world({ delaysMs }, { config: { regions: REGIONS }, api });
  const jobs = used.map((region, index) =>
    runUnit(index + 1, { place: { provider: "cloud-run", target: "here", region }, template: JOB }),
  );
  const tries = Array.from({ length: count }, (_, index): Try => {
    const unit = jobs[index % jobs.length];
    if (unit === undefined) throw new Error("a job at least");
    const name = `btry${String(index).padStart(4, "0")}`;
    return { unit, run: { run: "run_1", attempt: index + 1, name, startedAt: here.google.now() } };
  });
  const { runs } = here.adapter;
  if (runs === undefined) throw new Error("Cloud Run runs jobs");
  for (const { unit, run } of tries.slice(0, jobs.length)) await runs.start(unit, run, call());
  // The others are made as those are.
  const state = here.google.state();
  const made = Object.entries(state.resources);
  const copies = tries.slice(jobs.length).flatMap(({ unit, run: { name } }) => {
    const like = tries.find((one) => one.unit === unit)?.run.name ?? "";
    const entry = made.find(([key]) => key.endsWith(`/${like}`));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was a state is one again
    return [JSON.parse(JSON.stringify(entry).replaceAll(like, name)) as [string, StoredResource]];
  });
  here.google.become({ ...state, resources: { ...state.resources, ...Object.fromEntries(copies) } });
  here.google.pass(5_000);
  /** One look at these: what each is told to be, and what was asked for. */
  const look = async (those: readonly Try[] = tries) => {
    const before = here.google.asked.length;
    const seen = await runs.observe(those, call());
    return { seen, asked: here.google.asked.slice(before).map(({ path }) => path) };
  };
  /** Looks until each of them was read once. */
  const settled = async () => {
    for (let left = tries, looks = 0; left.length > 0 && looks < 20; looks += 1) {
      const { seen } = await look(left);
      left = left.filter(({ run }) => !seen.has(run.name));
    }
  };
  return { here, tries, look, settled };
}

const phases = (seen: Awaited<ReturnType<RunVerbs["observe"]>>) =>
  new Set([...seen.values()].map((one) => ("phase" in one ? one.phase : one.message)));
const lists = (asked: readonly string[]) => asked.filter((path) => path.endsWith("/jobs")).length;

/** The same API, where all executions are as the first one that is read, and whoever asks is noted: an account of many is slow to simulate. */
function alike(api: CloudRunApi, read: string[]): CloudRunApi {
  let told: Execution | undefined;
  const run: CloudRunApi["run"] = {
    ...api.run,
    async execution(job, id, given) {
      read.push(id);
      return { ...(told ??= await api.run.execution(job, id, given)), id } as Execution;
    },
  };
  return { ...api, run };
}

test.each([1, 100, 500])(
  "a look at %i tries in three regions costs the pages of the lists of their jobs; one in a region is read by its name",
  async (count) => {
    const read: string[] = [];
    const { look, settled } = await running(count, { api: (api) => alike(api, read) });
    await settled();
    // Each once, when it is first seen to run.
    expect(read).toHaveLength(count);
    const { seen, asked } = await look();
    expect([seen.size, phases(seen)]).toEqual([count, new Set(["running"])]);
    const pages = REGIONS.map((_, index) => Math.ceil(Math.ceil((count - index) / 3) / 100));
    const [listed, named] = count === 1 ? [0, 1] : [pages.reduce((sum, one) => sum + one), 0];
    // For 500 tries two pages in each of three regions.
    expect([lists(asked), asked.length, read.length - count]).toEqual([listed, listed + named, named]);
  },
);

test("a list's word that tries run is held against reads by name, ten a look of those read longest ago, once a minute each", async () => {
  const { here, tries, look, settled } = await running(30, { used: ["europe-west1"] });
  await settled();
  here.google.pass(MINUTE_MS);
  const reads: string[] = [];
  for (let looks = 0; looks < 4; looks += 1) {
    const { seen, asked } = await look();
    expect([seen.size, lists(asked)]).toEqual([30, 1]);
    reads.push(...asked.filter((path) => path.includes("/executions/")));
  }
  expect(reads).toHaveLength(30);
  expect(new Set(reads).size).toBe(tries.length);
});

test("tries that begin are told by the list of their jobs, and once they run each is read, fifty in a look", async () => {
  const { here, look } = await running(120, { used: ["europe-west1"], readyMs: MINUTE_MS });
  const young = await look();
  expect([young.seen.size, phases(young.seen)]).toEqual([120, new Set(["starting"])]);
  expect([lists(young.asked), young.asked.length]).toEqual([2, 2]);
  here.google.pass(MINUTE_MS);
  const first = await look();
  expect([first.seen.size, phases(first.seen)]).toEqual([50, new Set(["running"])]);
  expect(first.asked.filter((path) => path.includes("/executions/"))).toHaveLength(50);
});

test("of tries that fail together six are told in a look, each with its log; those that succeeded need none, and are told with them", async () => {
  const { here, tries, look, settled } = await running(40, { used: ["europe-west1"] });
  await settled();
  const state = here.google.state();
  const crashed = Object.entries(state.resources).map(([key, resource]): [string, StoredResource] => {
    const { execution } = resource;
    const odd = Number(key.slice(-1)) % 2;
    return [
      key,
      execution === undefined ? resource : { ...resource, execution: { ...execution, exitCode: odd } },
    ];
  });
  here.google.become({ ...state, resources: Object.fromEntries(crashed) });
  here.google.pass(2 * HOUR_MS);
  const told: (readonly [failed: number, logs: number])[] = [];
  let left = tries;
  for (let looks = 0; left.length > 0 && looks < 9; looks += 1) {
    const { seen, asked } = await look(left);
    const failed = [...seen.values()].filter((one) => "phase" in one && one.phase === "failed");
    told.push([failed.length, asked.filter((path) => path.endsWith("entries:list")).length]);
    left = left.filter(({ run }) => !seen.has(run.name));
    if (looks === 0) expect(seen.size).toBe(26);
    here.google.pass(10_000);
  }
  expect(told).toEqual([
    [6, 6],
    [6, 6],
    [6, 6],
    // Two are few: each is read by its name.
    [2, 2],
  ]);
});

test("a try that the list does not show yet is read by its name, and what it does not show for good is unknown", async () => {
  const { here, tries, look } = await running(5, { used: ["europe-west1"] });
  here.google.rule({ delaysMs: { ...DELAYS, visible: HOUR_MS, task: HOUR_MS } });
  const [one] = tries;
  if (one === undefined) throw new Error("five tries");
  const lost = { unit: one.unit, run: { ...one.run, name: "btrylost" } };
  const { seen, asked } = await look([...tries, lost]);
  expect([...seen.values()].map((said) => "phase" in said && said.phase)).toEqual([
    ...tries.map(() => "running"),
    "unknown",
  ]);
  expect(lists(asked)).toBe(1);
});

test("a job that is somebody else's says so of its own try, and a region that does not answer of its own ones alone", async () => {
  const { here, tries, look } = await running(9);
  const state = here.google.state();
  const taken = Object.entries(state.resources).map(([key, resource]): [string, StoredResource] => [
    key,
    key.endsWith("/btry0000") ? { ...resource, document: { ...resource.document, labels: {} } } : resource,
  ]);
  here.google.become({ ...state, resources: Object.fromEntries(taken) });
  const fault = { method: "GET", path: "us-central1/jobs", times: 9, after: false } as const;
  here.google.rule({ faults: [{ ...fault, status: 403, code: "PERMISSION_DENIED" }] });
  const { seen } = await look();
  const told = tries.map(({ run }) => {
    const said = seen.get(run.name);
    return said !== undefined && "phase" in said ? said.phase : said?.kind;
  });
  expect(told.slice(0, 3)).toEqual(["conflict", "denied", "running"]);
  expect(told.slice(3)).toEqual(["running", "denied", "running", "running", "denied", "running"]);
});
