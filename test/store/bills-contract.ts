import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sum } from "../../src/domain/money.ts";
import type { Bill, BillKey } from "../../src/domain/bill.ts";
import { STAGED_MS, type StagedLine } from "../../src/store/bill-store.ts";
import type { OpenStore } from "./contract.ts";
import { commitOf, NOW, OTHER, SCOPE, targetOf } from "./fixtures.ts";
import { openedStore } from "./opened-store.ts";

const DAY_MS = 86_400_000;
const DAY = Date.parse("2026-10-03");
const KEY: BillKey = { project: SCOPE.project, target: "home", month: "2026-10" };
const FIRST = Date.parse("2026-10-01");
const LEAST_RUNS = 15;

/** What the store guarantees of providers' bills, on any engine. */
export function billsContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`bills on ${name}`, () => {
    const opened = openedStore(open, (store) => store.putTarget(targetOf(), 0));

    const stage = (id: string, page: number, lines: readonly StagedLine[], now = NOW, key = KEY) =>
      opened().store.stageBillPage({ ...key, import: id, page, lines, now });
    const put = (id: string, pages: number, rows: number, key = KEY) =>
      opened().store.putBill(billOf(id, rows, key), pages);
    const inForce = async (project: string | undefined = KEY.project) => {
      const found = [];
      for (const bill of await opened().store.bills(project))
        found.push(...(await opened().store.billedCosts(bill, EVERYTHING)).rows);
      return found;
    };

    test("the sum is exact whatever the pages, and the same import again changes nothing", async () => {
      const amount = fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((n) => `${n / 1_000}`);
      const pages = fc.array(fc.array(amount, { maxLength: 6 }), { maxLength: 5 });
      let imports = 0;
      await fc.assert(
        fc.asyncProperty(pages, async (cut) => {
          const [id, filled] = [`import-${++imports}`, cut.filter((page) => page.length > 0)];
          const all = filled.flat();
          const whole = async () => {
            for (const [at, page] of filled.entries())
              await stage(
                id,
                at + 1,
                page.map((usd) => lineOf(usd)),
              );
            return put(id, filled.length, all.length);
          };
          expect(await whole()).toBe(true);
          const once = await opened().dump();
          expect(sum((await inForce()).map(({ effectiveUsd }) => effectiveUsd))).toBe(sum(all));
          await whole();
          expect(await opened().dump()).toEqual(once);
        }),
        { numRuns: LEAST_RUNS },
      );
    });

    test("pages count for nothing until all are there and put in force; then nothing of the import before is left", async () => {
      await stage("a", 1, [lineOf("5"), lineOf("6")]);
      expect(await inForce()).toEqual([]);
      expect(await put("a", 1, 2)).toBe(true);
      await stage("b", 1, [lineOf("7")]);
      for (const [pages, rows] of [
        [2, 1],
        [1, 2],
        [2, 2],
      ] as const)
        expect(await put("b", pages, rows)).toBe(false);
      expect((await inForce()).map(({ billedUsd }) => billedUsd)).toEqual(["5", "6"]);
      await stage("b", 2, [lineOf("8")]);
      expect(await put("b", 2, 2)).toBe(true);
      expect((await inForce()).map(({ billedUsd }) => billedUsd)).toEqual(["7", "8"]);
      expect((await opened().dump())["billed_costs"]).toHaveLength(2);
    });

    test("a page sent again takes its own place, and none can be changed once its import is in force", async () => {
      await stage("a", 1, [lineOf("5"), lineOf("6")]);
      expect(await stage("a", 1, [lineOf("9")])).toBe(true);
      expect(await put("a", 1, 1)).toBe(true);
      expect(await stage("a", 1, [lineOf("1000")])).toBe(false);
      expect(await stage("a", 2, [lineOf("1000")])).toBe(false);
      expect((await inForce()).map(({ billedUsd }) => billedUsd)).toEqual(["9"]);
    });

    test("of two imports at once one is in force whole, and the other is told to begin again", async () => {
      const { store, second } = opened();
      await Promise.all([stage("a", 1, [lineOf("1")]), stage("b", 1, [lineOf("2")])]);
      const won = await Promise.all([store.putBill(billOf("a", 1), 1), second.putBill(billOf("b", 1), 1)]);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await inForce()).toMatchObject([{ billedUsd: won[0] ? "1" : "2" }]);
      expect(await store.bills(KEY.project)).toMatchObject([{ import: won[0] ? "a" : "b" }]);
    });

    test("bills of another project, target or month are not touched, read or deleted", async () => {
      const others = [{ project: OTHER.project }, { target: "away" }, { month: "2026-09" }];
      const keys = others.map((other) => ({ ...KEY, ...other }));
      for (const key of [KEY, ...keys]) {
        await stage("a", 1, [lineOf("1")], NOW, key);
        expect(await put("a", 1, 1, key)).toBe(true);
      }
      expect(await opened().store.deleteBill(KEY)).toBe(true);
      expect(await opened().store.deleteBill(KEY)).toBe(false);
      expect((await opened().dump())["billed_costs"]).toHaveLength(keys.length);
      expect(await inForce()).toMatchObject([{ target: "away" }, { target: "home" }]);
      expect(await inForce(OTHER.project)).toMatchObject([{ project: OTHER.project }]);
      expect(await opened().store.bills(undefined)).toHaveLength(3);
    });

    test("pages left behind are gone when an import a day later begins; those of one that goes on are not", async () => {
      await stage("left", 1, [lineOf("1")]);
      await stage("going-on", 1, [lineOf("1")], NOW + 2);
      await stage("kept", 1, [lineOf("2")]);
      expect(await put("kept", 1, 1, { ...KEY, month: "2026-09" })).toBe(false);
      await stage("new", 1, [lineOf("3")], NOW + STAGED_MS + 1);
      const text = JSON.stringify(await opened().dump());
      expect(["left", "going-on", "new"].map((id) => text.includes(`"import":"${id}"`))).toEqual([
        false,
        true,
        true,
      ]);
    });

    test("a bill's own lines stay however old they are when the next import begins", async () => {
      await stage("a", 1, [lineOf("1")]);
      await put("a", 1, 1);
      await stage("b", 1, [lineOf("2")], NOW + 5 * STAGED_MS);
      expect(await inForce()).toMatchObject([{ billedUsd: "1" }]);
    });

    test("lines are read page after page, by day, environment and workload", async () => {
      const lines = Array.from({ length: 7 }, (_, at) =>
        lineOf(String(at), { day: DAY + (at % 2) * DAY_MS, workload: at < 4 ? "web" : "api" }),
      );
      await stage("a", 1, lines.slice(0, 3));
      await stage("a", 2, lines.slice(3));
      const bill = billOf("a", 7);
      await opened().store.putBill(bill, 2);
      const read: string[] = [];
      for (let after = undefined, page = 0; page < lines.length; page += 1) {
        const { rows, next } = await opened().store.billedCosts(bill, { ...EVERYTHING, after, limit: 2 });
        read.push(...rows.map(({ billedUsd }) => billedUsd));
        if (next === undefined) break;
        after = next;
      }
      expect(read).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
      const only = { ...EVERYTHING, from: DAY + DAY_MS, workload: "api", environment: "production" };
      expect((await opened().store.billedCosts(bill, only)).rows).toMatchObject([{ billedUsd: "5" }]);
    });

    test("a unit is found by its id or how it begins, in its own project and at its own target only", async () => {
      const { store } = opened();
      await store.commit(SCOPE, commitOf(1));
      await store.commit(OTHER, commitOf(1, {}, OTHER));
      const [mine, theirs] = ["u-p1-web-1", "u-p2-web-1"];
      const found = await store.unitsBilled(SCOPE.project, "target-home", [
        mine,
        "u-p1-we",
        theirs,
        "x",
        mine,
      ]);
      expect(found.map(({ asked, unit, workload }) => [asked, unit, workload].join(" ")).toSorted()).toEqual([
        `u-p1-we ${mine} web`,
        `${mine} ${mine} web`,
      ]);
      expect(await store.unitsBilled(SCOPE.project, "target-away", [mine])).toEqual([]);
      expect(await store.unitsBilled(SCOPE.project, "target-home", [])).toEqual([]);
    });

    test("a line has the labels that its unit had on that day", async () => {
      const put = [
        { ...ROW, from: DAY - DAY_MS, to: DAY, labels: { team: "old" } },
        { ...ROW, from: DAY, to: DAY + DAY_MS, labels: { team: "new" } },
      ];
      const nothing = { meters: [], ended: [], drop: [] };
      await opened().store.meterDone({ facts: [], meters: [] }, { ...nothing, put });
      const days = [-2, -1, 0, 5].map((later) => lineOf("1", { day: DAY + later * DAY_MS, unit: "metered" }));
      await stage("a", 1, [...days, lineOf("1", { unit: "never-metered" })]);
      await opened().store.putBill(billOf("a", 5), 1);
      const labels = (await inForce()).map((row) => row.labels["team"]);
      expect(labels).toEqual(["old", "old", "new", "new", undefined]);
    });
  });
}

const EVERYTHING = { from: 0, to: FIRST + 1_000 * DAY_MS, limit: 1_000 };

function lineOf(usd: string, over: Partial<StagedLine> = {}): StagedLine {
  return {
    day: DAY,
    unit: "u",
    environment: "production",
    workload: "web",
    provider: "ecs",
    region: "eu-west-1",
    meter: "cpu-second",
    category: "usage",
    effectiveUsd: usd,
    billedUsd: usd,
    listUsd: usd,
    ...over,
  };
}

function billOf(id: string, rows: number, key: BillKey = KEY): Bill {
  const days = { from: FIRST, to: FIRST + 31 * DAY_MS };
  return { ...key, import: id, ...days, rows, importedAt: NOW, importedBy: "token:ops" };
}

const ROW = {
  project: SCOPE.project,
  environment: "production",
  workload: "web",
  unit: "metered",
  line: 0,
  provider: "ecs",
  target: "home",
  region: "eu-west-1",
  meter: "cpu-second",
  part: "run",
  perSecond: "1",
  measure: "vCPU-hour",
  listUsd: "1",
  effectiveUsd: "1",
  basis: "metered",
  replicas: 1,
} as const;
