import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lastKnownFile, rememberAtIntervals } from "../../src/gateway/node/last-known-file.ts";
import {
  MAX_LOADS,
  MAX_SNAPSHOTS,
  NO_ROUTE_TTL_MS,
  ROUTE_TTL_MS,
  RoutesUnavailable,
  createSnapshots,
} from "../../src/gateway/snapshots.ts";
import type { LastKnown, RouteLoader } from "../../src/gateway/snapshots.ts";
import type { Route } from "../../src/store/store.ts";
import { route } from "./wiring.ts";

const WEB = route([]);
const named = (workload: string, over: Partial<Route> = {}) =>
  route([], { workload, hosts: [`${workload}.test`], ...over });
const NOTHING: LastKnown = { load: async () => [], save: async () => {} };

/** A store of these routes that can be made to fail, and counts its reads. */
function storeOf(routes: Route[]) {
  const state = { routes, fails: false, reads: 0 };
  const read = async <T>(find: () => T): Promise<T> => {
    state.reads++;
    if (state.fails) throw new Error("the store is down");
    return find();
  };
  const loader: RouteLoader = {
    byHost: (host) => read(() => state.routes.find(({ hosts }) => hosts.includes(host))),
    byName: (project, environment, workload) =>
      read(() =>
        state.routes.find(
          (one) =>
            one.projectName === project && one.environment === environment && one.workload === workload,
        ),
      ),
    all: (limit) => read(() => state.routes.slice(0, limit)),
  };
  return { state, loader };
}
function snapshotsOf(loader: RouteLoader, lastKnown: LastKnown = NOTHING) {
  const clock = { now: 0 };
  const snapshots = createSnapshots({
    loader,
    lastKnown,
    now: () => clock.now,
    log: () => {},
    loadTimeoutMs: 30,
  });
  return { clock, snapshots };
}

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-routes-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a route is read once a second at most, however many ask at once; that there is none, twice", async () => {
  const { state, loader } = storeOf([WEB]);
  const { clock, snapshots } = snapshotsOf(loader);
  await Promise.all(Array.from({ length: 50 }, () => snapshots.byHost("web.test")));
  clock.now = ROUTE_TTL_MS - 1;
  expect(await snapshots.byHost("web.test")).toBe(WEB);
  expect(state.reads).toBe(1);
  clock.now = ROUTE_TTL_MS;
  await snapshots.byHost("web.test");
  expect(state.reads).toBe(2);
  expect(await snapshots.byHost("none.test")).toBeUndefined();
  clock.now += NO_ROUTE_TTL_MS;
  await snapshots.byHost("none.test");
  expect(state.reads).toBe(4);
});

test("an announced change is read at once, also where there was no route before", async () => {
  const { state, loader } = storeOf([WEB]);
  const { snapshots } = snapshotsOf(loader);
  await snapshots.byHost("web.test");
  await snapshots.byHost("new.test");
  state.routes = [route([], { version: 2, hosts: ["web.test", "new.test"] })];
  snapshots.invalidate(WEB);
  expect((await snapshots.byHost("web.test"))?.version).toBe(2);
  expect((await snapshots.byHost("new.test"))?.version).toBe(2);
});

test("what was read before a change was announced is not kept after it", async () => {
  const gate = Promise.withResolvers<void>();
  let version = 1;
  const loader: RouteLoader = {
    ...storeOf([]).loader,
    byHost: async () => {
      const read = route([], { version });
      if (version === 1) await gate.promise;
      return read;
    },
  };
  const { snapshots } = snapshotsOf(loader);
  const early = snapshots.byHost("web.test");
  await Promise.resolve();
  version = 2;
  snapshots.invalidate(WEB);
  gate.resolve();
  await early;
  expect((await snapshots.byHost("web.test"))?.version).toBe(2);
});

test("while the store fails or does not answer, what was known last goes on being served", async () => {
  const { state, loader } = storeOf([WEB]);
  const { clock, snapshots } = snapshotsOf(loader);
  await snapshots.byHost("web.test");
  state.fails = true;
  clock.now = 3_600_000;
  expect(await snapshots.byHost("web.test")).toBe(WEB);
  const silent: RouteLoader = { ...loader, byHost: () => new Promise(() => {}) };
  const known: LastKnown = { load: async () => [WEB], save: async () => {} };
  expect(await snapshotsOf(silent, known).snapshots.byHost("web.test")).toEqual(WEB);
});

test("a process that starts while the store is down serves from the copy on disk, by host and by name", async () => {
  const path = join(folder, "deep", "routes.json");
  const { state, loader } = storeOf([WEB, named("api")]);
  await snapshotsOf(
    loader,
    lastKnownFile(path, () => {}),
  ).snapshots.remember();
  state.fails = true;
  const { snapshots } = snapshotsOf(
    loader,
    lastKnownFile(path, () => {}),
  );
  expect(await snapshots.byHost("api.test")).toEqual(named("api"));
  expect(await snapshots.byName("shop", "production", "web")).toEqual(WEB);
  await expect(snapshots.byHost("unknown.test")).rejects.toBeInstanceOf(RoutesUnavailable);
});

test("the copy is replaced whole, only its owner reads it, and a store that fails leaves the old one", async () => {
  const path = join(folder, "routes.json");
  const { state, loader } = storeOf([WEB]);
  const { snapshots } = snapshotsOf(
    loader,
    lastKnownFile(path, () => {}),
  );
  await snapshots.remember();
  state.fails = true;
  await expect(snapshots.remember()).rejects.toThrow("the store is down");
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({
    version: 1,
    routes: [{ workload: "web" }],
  });
  expect(await readdir(folder)).toEqual(["routes.json"]);
});

test("a copy that is torn or of another format is no copy, and that is said", async () => {
  const path = join(folder, "routes.json");
  const said: string[] = [];
  for (const text of ["{", "[]", `{"version":9,"routes":[]}`]) {
    await writeFile(path, text);
    expect(await lastKnownFile(path, (sentence) => said.push(sentence)).load()).toEqual([]);
  }
  expect(said).toHaveLength(3);
});

test("the copy is kept fresh until it is told to stop", async () => {
  const stop = new AbortController();
  let saves = 0;
  await new Promise<void>((resolve) => {
    const remember = async () => {
      if (++saves === 3) resolve();
    };
    rememberAtIntervals({ remember }, stop.signal, () => {}, 5);
  });
  stop.abort();
  expect(saves).toBeGreaterThanOrEqual(3);
});

test("hosts that nobody serves neither fill the memory nor exhaust the store", async () => {
  const { state, loader } = storeOf([WEB]);
  const { snapshots } = snapshotsOf(loader);
  const asked = Array.from({ length: MAX_LOADS + 10 }, (_, at) => snapshots.byHost(`${at}.test`));
  const results = await Promise.allSettled(asked);
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(10);
  expect(state.reads).toBe(MAX_LOADS);
  for (let at = 0; at < MAX_SNAPSHOTS + 5; at++) await snapshots.byHost(`x${at}.test`);
  const before = state.reads;
  await snapshots.byHost("x0.test"); // the oldest has been forgotten
  expect(state.reads).toBe(before + 1);
});
