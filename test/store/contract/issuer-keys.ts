import { describe, expect, test } from "vitest";
import type { IssuerKey } from "../../../src/store/issuer-keys.ts";
import type { Opened } from "../contract.ts";
import { NOW } from "../fixtures.ts";

export function issuerKeysContract(opened: Opened): void {
  describe("the issuer's keys", () => {
    test("of two that make the key of one number the first wins, and the other's leaves nothing behind", async () => {
      const { store, second } = opened();
      const added = await Promise.all([
        store.addIssuerKey(key(1, "a"), 0),
        second.addIssuerKey(key(1, "b"), 0),
      ]);
      expect(added.filter(Boolean)).toHaveLength(1);
      const kept = await store.issuerKeys();
      expect(kept).toEqual([key(1, added[0] ? "a" : "b")]);
      expect(await second.issuerKeys()).toEqual(kept);
    });

    test("are read back whole and in order, and a new one takes the outlived ones away", async () => {
      const { store, second } = opened();
      for (const number of [1, 2, 3]) await store.addIssuerKey(key(number, `k${number}`), 0);
      expect(await second.issuerKeys()).toEqual([key(1, "k1"), key(2, "k2"), key(3, "k3")]);
      expect(await second.addIssuerKey(key(3, "late"), 3)).toBe(false);
      expect(await store.issuerKeys()).toHaveLength(3);
      expect(await second.addIssuerKey(key(4, "k4"), 3)).toBe(true);
      expect((await store.issuerKeys()).map(({ id }) => id)).toEqual(["k3", "k4"]);
    });

    test("a seal is replaced over the one that was read only", async () => {
      const { store, second } = opened();
      await store.addIssuerKey(key(1, "a"), 0);
      expect(await store.resealIssuerKey(1, "sealed a", "sealed again")).toBe(true);
      expect(await second.resealIssuerKey(1, "sealed a", "sealed by a late one")).toBe(false);
      expect((await second.issuerKeys())[0]?.sealed).toBe("sealed again");
    });
  });
}

const key = (number: number, id: string): IssuerKey => ({
  number,
  id,
  publicKey: { n: `modulus of ${id}`, e: "AQAB" },
  sealed: `sealed ${id}`,
  createdAt: NOW + number,
  signsFrom: NOW + 10 * number,
});
