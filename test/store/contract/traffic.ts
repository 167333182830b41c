import { describe, expect, test } from "vitest";
import { DAY_MS, type TrafficDay } from "../../../src/domain/traffic.ts";
import { TRAFFIC_DAYS_KEPT } from "../../../src/store/traffic-store.ts";
import type { Opened } from "../contract.ts";
import { NOW, OTHER, SCOPE, withWorkload } from "../fixtures.ts";

const TODAY = Math.floor(NOW / DAY_MS) * DAY_MS;
const dayOf = (over: Partial<TrafficDay> = {}): TrafficDay => ({
  ...SCOPE,
  workload: "web",
  day: TODAY,
  requests: 1,
  requestMs: 20,
  egressBytes: 300,
  ...over,
});

/** What the gateways carried. */
export function trafficContract(opened: Opened): void {
  describe("traffic", () => {
    const read = (from = 0, until = TODAY + DAY_MS) => opened().store.traffic(SCOPE, "web", from, until);

    test("adds up over gateways that hand over at the same time, by day and workload", async () => {
      const { store, second } = opened();
      await withWorkload(store);
      await withWorkload(store, OTHER);
      const yesterday = dayOf({ day: TODAY - DAY_MS, requests: 5 });
      await Promise.all([
        ...Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? store : second).addTraffic([dayOf()], NOW)),
        second.addTraffic([yesterday, dayOf({ ...OTHER, requests: 7 })], NOW),
      ]);
      expect(await read()).toEqual([yesterday, dayOf({ requests: 10, requestMs: 200, egressBytes: 3_000 })]);
      expect(await read(TODAY)).toHaveLength(1);
      expect(await read(0, TODAY)).toEqual([yesterday]);
      expect(await store.traffic(OTHER, "web", 0, NOW)).toMatchObject([{ requests: 7 }]);
    });

    test("bytes that one gateway cannot count are unknown, and never taken for none", async () => {
      await withWorkload(opened().store);
      for (const egressBytes of [100, null, 100])
        await opened().store.addTraffic([dayOf({ egressBytes })], NOW);
      expect(await read()).toMatchObject([{ requests: 3, egressBytes: null }]);
    });

    test("is kept for two months, and for workloads that are there only", async () => {
      const { store } = opened();
      await withWorkload(store);
      await store.addTraffic([dayOf(), dayOf({ workload: "unheard-of" })], NOW);
      expect(await store.traffic(SCOPE, "unheard-of", 0, NOW)).toEqual([]);
      await store.addTraffic([dayOf({ day: TODAY + DAY_MS })], NOW + TRAFFIC_DAYS_KEPT * DAY_MS);
      expect(await read(0, TODAY + 2 * DAY_MS)).toEqual([dayOf({ day: TODAY + DAY_MS })]);
    });

    test("any number of days is taken at once", async () => {
      const { store } = opened();
      await withWorkload(store);
      const days = Array.from({ length: 1_234 }, () => dayOf());
      await store.addTraffic(days, NOW);
      expect(await read()).toMatchObject([{ requests: 1_234 }]);
      await store.addTraffic([], NOW);
    });
  });
}
