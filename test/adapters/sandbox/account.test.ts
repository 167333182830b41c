import { afterEach, expect, test } from "vitest";
import { memoryState, type SandboxState } from "../../../src/adapters/sandbox/state.ts";
import { call } from "../fixtures.ts";
import { sandbox, unitAt } from "./bench.ts";
import { knownOf } from "../known.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((servers) => servers.close()));
});

/** As an older release kept an account with one unit. */
const OLD = {
  units: { bold: { id: "old", name: "bold", workload: "web", replicas: [0], createdAt: 0, startsAt: 0 } },
  creates: { tokens: 3, at: 0 },
  faultsUsed: {},
};

function holding(account: unknown): SandboxState {
  const kept = memoryState();
  let version = 1;
  return {
    load: async (target) => (version === 1 ? { version, account } : await kept.load(target)),
    async save(target, next, ifVersion) {
      if (ifVersion !== version) return false;
      version += 1;
      // What comes after the first write is an account of today.
      return await kept.save(target, next, ifVersion === 1 ? 0 : ifVersion - 1);
    },
  };
}

test("what an older release's sandbox held is gone, in a complete look and without an error, and is made anew", async () => {
  const here = sandbox("ecs", {}, holding(OLD));
  opened.push(here.servers);
  expect(await here.adapter.observe(knownOf(unitAt("ecs", 1)), call())).toEqual({
    complete: true,
    observations: [],
    unrecognised: [],
  });
  await here.adapter.apply(unitAt("ecs", 1), call());
  expect(await here.made()).toEqual([unitAt("ecs", 1).id]);
});

test("a target that simulates another cloud from now on has another account, with nothing in it", async () => {
  const kept = memoryState();
  const [before, after] = [sandbox("ecs", {}, kept), sandbox("aci", {}, kept)];
  opened.push(before.servers, after.servers);
  await before.adapter.apply(unitAt("ecs", 1), call());
  expect((await after.adapter.observe(knownOf(unitAt("ecs", 1)), call())).observations).toEqual([]);
});
