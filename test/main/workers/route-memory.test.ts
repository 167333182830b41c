import { expect, test } from "vitest";
import { NO_ROUTE_TTL_MS, ROUTE_TTL_MS, RoutesUnavailable } from "../../../src/gateway/snapshots.ts";
import { createRouteMemory } from "../../../src/main/workers/route-memory.ts";
import type { Route } from "../../../src/store/store.ts";
import { route } from "../../gateway/wiring.ts";

/** A memory over a database and a copy that are plain values. */
function memory(copied?: Route) {
  const world = {
    now: 0,
    stored: undefined as Route | undefined,
    down: false,
    reads: 0,
    copies: [] as number[],
  };
  const lookup = createRouteMemory({
    load: async () => {
      world.reads += 1;
      if (world.down) throw new Error("the database is down");
      return world.stored;
    },
    lastKnown: {
      load: async () => copied,
      save: async (_host, { version }) => void world.copies.push(version),
    },
    later: (work) => void work,
    now: () => world.now,
    log: () => {},
  });
  return { world, find: async () => (await lookup.byHost("web.test"))?.version };
}
const at = (version: number): Route => ({ ...route([]), version });

test("a route is read once while it is fresh, and again after that", async () => {
  const { world, find } = memory();
  world.stored = at(1);
  expect([await find(), await find(), world.reads]).toEqual([1, 1, 1]);
  world.stored = at(2);
  world.now = ROUTE_TTL_MS;
  expect([await find(), world.reads]).toEqual([2, 2]);
});

test("that there is no route is believed for a shorter time", async () => {
  const { world, find } = memory();
  expect(await find()).toBeUndefined();
  world.stored = at(1);
  world.now = NO_ROUTE_TTL_MS;
  expect(await find()).toBe(1);
});

test("a read under way is nobody else's to wait for: its request may be gone", async () => {
  const { world, find } = memory();
  world.stored = at(1);
  await Promise.all([find(), find()]);
  expect(world.reads).toBe(2);
});

test("without the database the last known route is served, from memory or from the copy", async () => {
  const { world, find } = memory();
  world.stored = at(1);
  await find();
  world.down = true;
  world.now = ROUTE_TTL_MS;
  expect(await find()).toBe(1);
  const fresh = memory(at(7));
  fresh.world.down = true;
  expect(await fresh.find()).toBe(7);
});

test("without the database and a copy nothing is said: the route may well exist", async () => {
  const { world, find } = memory();
  world.down = true;
  await expect(find()).rejects.toThrow(RoutesUnavailable);
});

test("the copy is written when a route has changed, not at each read", async () => {
  const { world, find } = memory();
  for (const version of [1, 1, 2]) {
    world.stored = at(version);
    await find();
    world.now += ROUTE_TTL_MS;
  }
  expect(world.copies).toEqual([1, 2]);
});
