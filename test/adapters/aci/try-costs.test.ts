import { expect, test } from "vitest";
import type { RunVerbs, Try } from "../../../src/adapters/adapter.ts";
import { MOST_TRIES } from "../../../src/adapters/aci/runs.ts";
import { call } from "../fixtures.ts";
import { aciUnit, world } from "./world.ts";

const HOUR_MS = 3_600_000;
const IMAGE = "ghcr.io/acme/report:2";

/** So many tries of one job that run for an hour. */
async function running(count: number) {
  const it = world({
    images: [{ image: "report:2", does: "ends", exitCode: 7, afterMs: HOUR_MS, lines: ["no rows"] }],
    quotas: { ContainerGroups: 1_000, StandardCores: 1_000, StandardSpotCores: 0 },
  });
  const { template } = aciUnit(1);
  const unit = aciUnit(1, {
    template: {
      ...template,
      name: "report",
      kind: "job",
      route: undefined,
      image: IMAGE,
      secrets: {},
      files: [],
    },
  });
  const tries = Array.from({ length: count }, (_, index): Try => {
    const name = `btry${index}`;
    return { unit, run: { run: "run_1", attempt: index + 1, name, startedAt: it.cloud.now() } };
  });
  const { runs } = it.adapter;
  const [first] = tries;
  if (runs === undefined || first === undefined) throw new Error("a try at least");
  await runs.start(unit, first.run, call());
  // The others are made as that one is.
  const made = it.cloud.state.groups[first.run.name];
  if (made === undefined) throw new Error("the first one was made");
  const groups = Object.fromEntries(tries.map(({ run }) => [run.name, made]));
  it.cloud.state = { ...it.cloud.state, groups };
  it.cloud.pass(60_000);
  /** One look at these: what each is told to be, the calls it took and how long it waited for its turn. */
  const look = async (those: readonly Try[] = tries) => {
    const [before, since] = [it.cloud.sent.length, it.cloud.now()];
    const seen = await runs.observe(those, call());
    const waitedMs = it.cloud.now() - since;
    return { seen, sent: it.cloud.sent.slice(before).map(({ path }) => path), waitedMs };
  };
  return { it, tries, look };
}

const phases = (seen: Awaited<ReturnType<RunVerbs["observe"]>>) =>
  new Set([...seen.values()].map((one) => ("phase" in one ? one.phase : one.message)));

test.each([1, 100, 500])(
  "a look at %i tries reads the first fifty by their names, and the log of none that runs",
  async (count) => {
    const { tries, look } = await running(count);
    const { seen, sent } = await look();
    expect([...seen.keys()]).toEqual(tries.slice(0, MOST_TRIES).map(({ run }) => run.name));
    expect(phases(seen)).toEqual(new Set(["running"]));
    expect(sent).toHaveLength(Math.min(count, MOST_TRIES));
    expect(sent.filter((path) => !/\/btry\d+$/.test(path))).toEqual([]);
  },
);

test("looks at tries take ten reads a second at most, however many follow each other, and half a call's time each", async () => {
  const { it, tries, look } = await running(500);
  const since = it.cloud.now();
  const seen = new Set<string>();
  let sent = 0;
  let left = tries;
  while (left.length > 0) {
    const told = await look(left);
    expect(told.waitedMs).toBeLessThanOrEqual(5_000);
    for (const name of told.seen.keys()) seen.add(name);
    sent += told.sent.length;
    left = left.filter(({ run }) => !seen.has(run.name));
  }
  expect([seen.size, sent]).toEqual([500, 500]);
  // Fifty at once, and then ten a second of the 25 that Azure gives back.
  expect(it.cloud.now() - since).toBeGreaterThanOrEqual(44_000);
  expect(it.cloud.now() - since).toBeLessThanOrEqual(46_000);
});
