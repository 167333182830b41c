import { expect, test } from "vitest";
import { loadOnce } from "../../src/adapters/load-once.ts";

test("what could not be loaded is loaded by the next caller, and what was loaded is kept", async () => {
  let tries = 0;
  const load = loadOnce(async () => {
    tries += 1;
    if (tries === 1) throw new Error("the module could not be read");
    return await Promise.resolve(tries);
  });
  await expect(load()).rejects.toThrow("could not be read");
  expect([await load(), await load()]).toEqual([2, 2]);
});

test("a caller whose load never ends holds up nobody else", async () => {
  let tries = 0;
  const load = loadOnce(async () => {
    tries += 1;
    // Cut off with its invocation: it is never answered.
    return await (tries === 1 ? new Promise<number>(() => {}) : Promise.resolve(tries));
  });
  void load();
  expect([await load(), await load()]).toEqual([2, 2]);
});
