import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../../src/domain/canonical-json.ts";
import type { CatalogState } from "../../../src/store/prices.ts";
import type { Store } from "../../../src/store/store.ts";
import { changeOf, markedHold, shownOf } from "../changes.ts";
import type { Opened } from "../contract.ts";
import {
  claimed,
  commitOf,
  eventOf,
  NOW,
  OTHER,
  planOf,
  SCOPE,
  targetOf,
  withWorkload,
} from "../fixtures.ts";
import { deployOn, settle } from "./history.ts";
import { attemptOf, heldRun, runOf } from "../runs-contract.ts";

const DAY_MS = 86_400_000;
const day = (days: number) => NOW + days * DAY_MS;
const MANY = 1_000;
const removed = async (store: Store, part: Parameters<Store["forget"]>[0], before: number) =>
  (await store.forget(part, before, MANY)).removed;

/** What goes besides events and plans, on any engine. */
export function historyRestContract(opened: Opened): void {
  describe("forgetting", () => {
    test("runs: those that are over go with their tries, and what is under way stays", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      await store.startRun(SCOPE, runOf("run_1"), { most: 9, keep: 9 });
      const claim = await heldRun(store);
      const attempt = attemptOf(claim.run.id, 1, { phase: "succeeded", released: true });
      await store.recordRun(claim, { begun: [attempt], dueAt: NOW, release: true, now: NOW });
      expect(await removed(store, "runs", day(9))).toBe(0);
      const again = await heldRun(store);
      await store.recordRun(again, {
        state: "succeeded",
        endedAt: day(1),
        dueAt: day(1),
        release: true,
        now: day(1),
      });
      expect(await removed(store, "runs", day(1) - 1)).toBe(0);
      expect(await removed(store, "runs", day(1))).toBe(0);
      await store.recordRun(await heldRun(store, day(2)), { done: true, release: true, now: day(2) });
      await store.startRun(SCOPE, runOf("run_2"), { most: 9, keep: 9 });
      expect(await removed(store, "runs", day(1))).toBe(1);
      expect((await dump())["runs"]).toMatchObject([{ id: "run_2" }]);
      expect((await dump())["attempts"]).toEqual([]);
    });

    test("policies: a version goes long after it was replaced, unless a plan that is kept was made under it", async () => {
      const { store } = opened();
      const put = (days: number, owner = SCOPE.project) =>
        store.putPolicy(
          { owner, name: "shop", hash: `${days}`, document: { days }, actor: "ci", createdAt: day(days) },
          undefined,
        );
      await withWorkload(store);
      await store.createProject({ id: SCOPE.project, name: "one", labels: {}, createdAt: NOW });
      for (const days of [-20, -10, 10]) {
        await put(days);
        await put(days, "instance");
        await put(days, OTHER.project);
      }
      for (const days of [20, 30]) await put(days);
      expect(await removed(store, "policies", day(-11))).toBe(0);
      // The plan in force was made on day 0.
      expect(await removed(store, "policies", day(29))).toBe(5);
      const left = async (owner: string) => {
        const versions = [1, 2, 3, 4, 5].map((version) => store.policy(owner, "shop", version));
        return (await Promise.all(versions)).flatMap((found) => found?.version ?? []);
      };
      expect(await left(SCOPE.project)).toEqual([2, 4, 5]);
      expect(await left("instance")).toEqual([2, 3]);
      expect(await left(OTHER.project)).toEqual([3]);
      await store.deletePolicy(
        { owner: OTHER.project, name: "shop", actor: "ci", createdAt: day(40) },
        undefined,
      );
      expect(await removed(store, "policies", day(99))).toBe(2);
      expect((await put(99, OTHER.project))?.version).toBe(5);
    });

    test("price books: one goes long after another followed, unless it is in force, was the base, or a receipt names it", async () => {
      const { store, dump } = opened();
      const follow = async (hash: string, at: number, base = "base") => {
        const version = (await store.catalogState())?.version ?? 0;
        expect(await store.putCatalog(stateOf(hash, base, version), bookOf(hash), at)).toBe(true);
      };
      await follow("base", day(0));
      await follow(NAMED, day(1));
      await follow("plain", day(2));
      await follow("again", day(3));
      await follow("last", day(4));
      await follow("again", day(5));
      await store.keepReceipt(SCOPE.project, {
        hash: "receipt",
        manifest: "{}",
        createdAt: day(1),
        keptUntil: day(900),
        blobs: new Map([[NAMED, () => "named"]]),
      });
      const books = async () => (await dump())["price_books"]?.map((row) => Object(row).hash);
      expect(await removed(store, "price-books", day(3) - 1)).toBe(0);
      expect(await removed(store, "price-books", day(3))).toBe(1);
      expect(await books()).toEqual(["base", NAMED, "again", "last"]);
      await store.pruneReceipts(day(900), MANY);
      expect(await removed(store, "price-books", day(900))).toBe(1);
      expect(await books()).toEqual(["base", "again", "last"]);
    });

    test("price books: one that the meter has yet to go by stays, and so does one of rates that are stated now", async () => {
      const { store, dump } = opened();
      await withWorkload(store);
      for (const [version, hash] of ["base", "next"].entries())
        await store.putCatalog(stateOf(hash, "base", version), bookOf(hash), day(version));
      const state = (book: string, at: number) =>
        store.putAccountRates(SCOPE.project, RATES, { base: "next", book: bookOf(book) }, day(at));
      for (const [at, hash] of ["stated", "restated"].entries()) await state(hash, 2 + at);
      await store.putCatalog(stateOf("last", "last", 2), bookOf("last"), day(5));
      const books = async () => (await dump())["price_books"]?.map((row) => Object(row).hash);
      expect(await removed(store, "price-books", day(900))).toBe(0);
      const work = await store.meterWork(100);
      await store.meterDone(work, { meters: [], ended: [], put: [], drop: [] });
      expect(await removed(store, "price-books", day(900))).toBe(3);
      expect(await books()).toEqual(["restated", "last"]);
    });

    test("tokens: one goes long after its end or its revocation, and one that may still be used stays", async () => {
      const { store } = opened();
      const token = { name: "ci", project: SCOPE.project, scopes: [], createdAt: NOW };
      const made = [
        ["ended", day(1)],
        ["ends", day(9)],
        ["revoked", undefined],
        ["open", undefined],
      ] as const;
      for (const [id, expiresAt] of made) await store.insertToken({ ...token, id, hash: id, expiresAt });
      await store.revokeToken(SCOPE.project, "revoked", day(2));
      expect(await removed(store, "tokens", day(1) - 1)).toBe(0);
      expect(await removed(store, "tokens", day(2))).toBe(2);
      const left = (await store.tokens(SCOPE.project)).map(({ id }) => id);
      expect(new Set(left)).toEqual(new Set(["ends", "open"]));
    });

    test("exceptions: one goes long after its end with who agreed to it, and one that stands keeps both", async () => {
      const { store } = opened();
      const anna = { actor: "token:anna", token: "tok_anna", ofInstance: false, at: NOW };
      for (const [id, until] of [
        ["short", day(1)],
        ["long", day(900)],
      ] as const) {
        await store.insertException({
          project: SCOPE.project,
          id,
          rule: "own-registry",
          select: {},
          reason: "the mirror is away",
          until,
          createdAt: NOW,
          requester: { actor: "token:ci", token: "tok_ci", ofInstance: false },
          approvals: [],
        });
        expect(await store.approveException(SCOPE.project, id, anna)).toBe(true);
      }
      const [short] = await store.exceptionsEnding(day(2), day(2), 9);
      expect(short?.id).toBe("short");
      if (short !== undefined) await store.tellException(short, "ended", { ...eventOf("ended"), at: day(2) });
      expect(await removed(store, "exceptions", day(1) - 1)).toBe(0);
      expect(await removed(store, "exceptions", day(500))).toBe(1);
      expect(await store.exception(SCOPE.project, "short")).toBe(undefined);
      expect(await store.approvals(SCOPE.project, "short")).toEqual([]);
      expect(await store.approvals(SCOPE.project, "long")).toHaveLength(1);
    });

    test("budget steps: those of months that are over go, and those of the month stay, or it would be told again", async () => {
      const { store } = opened();
      const step = { project: SCOPE.project, budget: "team", do: "warn", atPercent: 80 } as const;
      for (const month of ["2027-01", "2027-02"])
        await store.announceStep({ ...step, month, announcedAt: NOW, actsAt: NOW, spendUsd: "8" });
      const february = Date.parse("2027-02-15T00:00:00Z");
      expect(await removed(store, "budget-steps", Date.parse("2027-01-31T23:59:59Z"))).toBe(0);
      expect(await removed(store, "budget-steps", february)).toBe(1);
      expect(await store.budgetSteps(SCOPE.project, "2027-02")).toHaveLength(1);
    });

    test("changes: one that was only shown goes by age, a committed one with the last of its plans", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      const there = async (id: string) => (await store.change(SCOPE.project, id)) !== undefined;
      const theirs = changeOf("chg_1", [commitOf(1, {}, OTHER)]);
      await store.commitChange(OTHER, theirs);
      await store.record(await claimed(store), { release: true, now: NOW });
      const namesake = { ...OTHER, state: "proposed", createdAt: day(10) } as const;
      await store.propose(OTHER, planOf("plan-p1-web-1", 2, [], namesake));
      const inForce = { workload: "web", plan: "plan-p1-web-1", because: "it stays" };
      const [shown] = shownOf(changeOf("shown", [], [], { members: [inForce], createdAt: day(2) }));
      await store.proposeChange(SCOPE, shown, []);
      const first = changeOf("chg_1", [deployOn(1, 1)], [], { createdAt: day(1) });
      const waiting = changeOf("chg_2", [], [markedHold("x", "jobs")], { createdAt: day(1) });
      for (const change of [first, waiting])
        expect(await store.commitChange(SCOPE, change)).toEqual({ ok: true });
      await store.record(await claimed(store, day(1)), {
        plan: { id: "plan-p1-web-1", state: "ready" },
        release: true,
        now: day(1),
      });
      expect(await removed(store, "changes", day(2) - 1)).toBe(0);
      expect(await removed(store, "changes", day(2))).toBe(1);
      expect(await there("shown")).toBe(false);
      for (const generation of [2, 3]) await settle(store, deployOn(generation, generation));
      expect(await removed(store, "changes", day(9))).toBe(0);
      expect(await removed(store, "plans", day(9))).toBe(1);
      expect(await removed(store, "changes", day(1) - 1)).toBe(0);
      expect(await removed(store, "changes", day(9))).toBe(1);
      expect([await there("chg_1"), await there("chg_2")]).toEqual([false, true]);
      expect(await store.change(OTHER.project, "chg_1")).toEqual(theirs.change);
    });

    test("units: one that is gone and not yet metered stays, and with it what it cost", async () => {
      const { store } = opened();
      await store.putTarget(targetOf());
      for (const generation of [1, 2, 3]) await settle(store, deployOn(generation, generation));
      expect(await removed(store, "plans", day(9))).toBe(1);
      const key = { ...SCOPE, workload: "web", unit: "u-p1-web-1" };
      const nothing = { meters: [], ended: [], put: [], drop: [] };
      const running = { ...key, lines: [], phase: "run", at: NOW, open: [] } as const;
      await store.meterDone({ facts: [], meters: [] }, { ...nothing, meters: [running] });
      expect(await removed(store, "units", day(9))).toBe(0);
      await store.meterDone({ facts: [], meters: [] }, { ...nothing, ended: [key] });
      expect(await removed(store, "units", day(9))).toBe(1);
    });
  });
}

const RATES = { discounts: [], commitments: [], stated: [] };
const bookOf = (hash: string) => ({ hash, collected: "2026-11-22", items: [hash] });
const NAMED = sha256Hex("named");
const stateOf = (book: string, base: string, version: number): CatalogState => ({
  version,
  book,
  base: { hash: base, collected: "2026-11-22" },
  reports: [],
  createdAt: NOW,
  attemptedAt: undefined,
});
