import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openLibsqlStore } from "../../src/store/libsql.ts";
import type { ChangeCommit, Commit, Store } from "../../src/store/store.ts";
import { changeOf, markedCommit, markedHold } from "./changes.ts";
import { SCOPE, targetOf } from "./fixtures.ts";
import { migratedFile } from "./migrated-file.ts";

const NAMES = ["a", "b", "c", "d"] as const;
/** What one of several writers does at once: some workloads as one change, in which some wait, or each for itself. */
const deed = fc.record({
  names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
  waiting: fc.constantFrom(undefined, ...NAMES),
  together: fc.constantFrom(true, true, false),
  shown: fc.boolean(),
});
type Deed = typeof deed extends fc.Arbitrary<infer One> ? One : never;
const rounds = fc.array(fc.array(deed, { minLength: 2, maxLength: 4 }), { minLength: 2, maxLength: 4 });

test("of whatever is changed at once over several connections, each change is there with all its plans or with none, and who lost was beaten by somebody", async () => {
  const folder = await mkdtemp(join(tmpdir(), "berth-changes-"));
  try {
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        const url = await migratedFile(await mkdtemp(join(folder, "a-")));
        const open = await Promise.all([openLibsqlStore({ url }), openLibsqlStore({ url })]);
        const stores = open.map(({ store }) => store);
        try {
          await stores[0]?.putTarget(targetOf());
          for (const [at, deeds] of all.entries()) await round(stores, `r${at}`, deeds);
        } finally {
          for (const { close } of open) await close();
        }
      }),
      { numRuns: 15 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

async function round(stores: readonly Store[], id: string, deeds: readonly Deed[]): Promise<void> {
  const [first] = stores;
  if (first === undefined) throw new Error("nobody is there to change anything");
  const wholes = await Promise.all(deeds.map((one, at) => wholeOf(first, `${id}-${at}`, one)));
  const won = await Promise.all(
    deeds.map((one, at) => done(stores[at % stores.length] ?? first, wholes[at] ?? missing(), one)),
  );
  const winners = won.flat();
  // Generations are compared and set: nobody else has one that somebody has.
  expect(new Set(winners).size).toBe(winners.length);
  for (const [at, whole] of wholes.entries())
    if (deeds[at]?.together === true) await judge(first, whole, winners);
}

async function wholeOf(store: Store, id: string, { names, waiting, shown }: Deed): Promise<ChangeCommit> {
  const commits: Commit[] = [];
  for (const name of names.filter((one) => one !== waiting)) {
    const generation = ((await store.workload(SCOPE, name))?.generation ?? 0) + 1;
    commits.push(markedCommit(id, name, { generation }));
  }
  const held = names.filter((name) => name === waiting).map((name) => markedHold(id, name));
  const whole = changeOf(id, commits, held);
  const plans = [...commits, ...held].map(({ plan }) => ({ ...plan, state: "proposed" as const }));
  if (shown) await store.proposeChange(SCOPE, { ...whole.change, state: "proposed" }, plans);
  return whole;
}

/** The workloads of which a plan came into force. */
async function done(store: Store, whole: ChangeCommit, { together }: Deed): Promise<readonly string[]> {
  const names = whole.commits.map(({ workload }) => workload.name);
  if (together) {
    const result = await store.commitChange(SCOPE, whole);
    if (result.ok) return names;
    expect(result.refused.length).toBeGreaterThan(0);
    expect(names).toEqual(expect.arrayContaining(result.refused.map(({ workload }) => workload)));
    for (const { error } of result.refused) expect(error).toBe(undefined);
    return [];
  }
  const outcomes = await store.commitMany(SCOPE, whole.commits);
  return names.filter((_name, at) => outcomes[at]?.ok === true);
}

async function judge(store: Store, whole: ChangeCommit, winners: readonly string[]): Promise<void> {
  const { id, members, project } = whole.change;
  const written = (await store.change(project, id))?.state === "committed";
  const plans = await store.plansById(
    project,
    members.map(({ plan }) => plan),
  );
  const states = plans.map(({ state }) => state).filter((state) => state !== "proposed");
  expect(states).toHaveLength(written ? members.length : 0);
  const names = whole.commits.map(({ workload }) => workload.name);
  if (!written) expect(names.some((name) => winners.includes(name))).toBe(true);
}

function missing(): never {
  throw new Error("every deed has its change");
}
