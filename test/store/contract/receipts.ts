import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../../src/domain/canonical-json.ts";
import type { NewReceipt } from "../../../src/store/receipt-store.ts";
import type { Opened } from "../contract.ts";
import { NOW } from "../fixtures.ts";

const DAY_MS = 86_400_000;

function receiptOf(texts: readonly string[], over: Partial<NewReceipt> = {}): NewReceipt {
  const manifest = JSON.stringify({ texts: texts.map(sha256Hex), ...over });
  const blobs = new Map(texts.map((text) => [sha256Hex(text), () => text]));
  return { hash: sha256Hex(manifest), manifest, createdAt: NOW, keptUntil: NOW + DAY_MS, ...over, blobs };
}

export function receiptsContract(opened: Opened): void {
  describe("a receipt", () => {
    test("comes back with its texts, and belongs to one project", async () => {
      const { store, second } = opened();
      const receipt = receiptOf(["offers: grüß dich", "policy"]);
      await store.keepReceipt("p1", receipt);
      const { blobs, ...stored } = receipt;
      expect(await second.receipt("p1", receipt.hash)).toEqual(stored);
      expect(await second.receipt("p2", receipt.hash)).toBeUndefined();
      expect(await second.blobs([...blobs.keys(), "0".repeat(64)])).toEqual(
        new Map([...blobs].map(([hash, text]) => [hash, text()])),
      );
    });

    test("shares a text with other receipts: it is stored, and asked for, once", async () => {
      const { store, dump } = opened();
      await store.keepReceipt("p1", receiptOf(["book", "offers of monday"]));
      let asked = 0;
      const second = receiptOf(["book", "offers of tuesday"]);
      const blobs = new Map([...second.blobs].map(([hash, text]) => [hash, () => (asked++, text())]));
      await store.keepReceipt("p2", { ...second, blobs });
      expect(asked).toBe(1);
      expect((await dump())["blobs"]).toHaveLength(3);
    });

    test("written twice is one, kept until the later time", async () => {
      const { store, dump } = opened();
      const receipt = receiptOf(["a"]);
      const later = { ...receipt, keptUntil: NOW + 9 * DAY_MS };
      for (const one of [receipt, later, receipt]) await store.keepReceipt("p1", one);
      expect(await store.receipt("p1", receipt.hash)).toMatchObject({ keptUntil: NOW + 9 * DAY_MS });
      expect((await dump())["receipt_blobs"]).toHaveLength(1);
    });

    test("that does not fit a row is refused with a sentence, and leaves nothing", async () => {
      const { store, dump } = opened();
      // What does not deflate: hashes of numbers.
      const noise = Array.from({ length: 40_000 }, (_, at) => sha256Hex(String(at))).join("");
      const refused = store.keepReceipt("p1", receiptOf(["small", noise]));
      await expect(refused).rejects.toMatchObject({ code: "too-large-to-store" });
      expect(await dump()).toMatchObject({ blobs: [], receipts: [], receipt_blobs: [] });
    });

    test("whose text is not what its name says is never written", async () => {
      const { store, dump } = opened();
      const lying = { ...receiptOf(["a"]), blobs: new Map([[sha256Hex("a"), () => "b"]]) };
      await expect(store.keepReceipt("p1", lying)).rejects.toThrow(/another hash/);
      expect((await dump())["receipts"]).toEqual([]);
    });
  });

  describe("pruning receipts", () => {
    test("takes those past their time, and no text that another receipt names", async () => {
      const { store } = opened();
      const old = receiptOf(["book", "offers of monday"]);
      const young = receiptOf(["book", "offers of tuesday"], { keptUntil: NOW + 2 * DAY_MS });
      await store.keepReceipt("p1", old);
      await store.keepReceipt("p1", young);
      expect(await store.pruneReceipts(NOW + DAY_MS - 1, 100)).toBe(0);
      expect(await store.pruneReceipts(NOW + DAY_MS, 100)).toBe(1);
      expect(await store.receipt("p1", old.hash)).toBeUndefined();
      const left = await store.blobs([...old.blobs.keys(), ...young.blobs.keys()]);
      expect(new Set(left.values())).toEqual(new Set(["book", "offers of tuesday"]));
    });

    test("takes a shared text with the last receipt that names it, be they pruned together or of two projects", async () => {
      const { store, dump } = opened();
      const one = receiptOf(["book", "a"]);
      await store.keepReceipt("p1", one);
      await store.keepReceipt("p2", one);
      await store.keepReceipt("p1", receiptOf(["book", "b"]));
      expect(await store.pruneReceipts(NOW + DAY_MS, 100)).toBe(3);
      expect(await dump()).toMatchObject({ blobs: [], receipts: [], receipt_blobs: [] });
    });

    test("takes no more than it was told to, the oldest first", async () => {
      const { store, dump } = opened();
      for (const day of [3, 1, 2])
        await store.keepReceipt("p1", receiptOf(["book", `${day}`], { keptUntil: NOW + day }));
      expect(await store.pruneReceipts(NOW + DAY_MS, 2)).toBe(2);
      expect((await dump())["receipts"]).toMatchObject([{ kept_until: NOW + 3 }]);
      expect((await dump())["blobs"]).toHaveLength(2);
    });

    test("never loses a text of a receipt that is written meanwhile", async () => {
      const { store, second } = opened();
      const rounds = 12;
      for (let round = 0; round < rounds; round += 1) {
        await store.keepReceipt("p1", receiptOf(["shared", `old ${round}`]));
        const fresh = receiptOf(["shared", `fresh ${round}`], { keptUntil: NOW + 90 * DAY_MS + round });
        await Promise.all([store.pruneReceipts(NOW + DAY_MS, 100), second.keepReceipt("p1", fresh)]);
        expect((await store.blobs([...fresh.blobs.keys()])).size).toBe(2);
        await store.pruneReceipts(NOW + 91 * DAY_MS, 100);
      }
    });
  });
}
