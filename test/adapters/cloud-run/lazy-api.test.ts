import { expect, test } from "vitest";
import { onFirstUse } from "../../../src/adapters/cloud-run/lazy-api.ts";
import { call } from "../fixtures.ts";
import { world } from "./world.ts";

test("a client that could not be loaded is loaded again by the next call, and one that was is kept", async () => {
  const { api } = world();
  let loads = 0;
  const run = onFirstUse(async () => {
    loads += 1;
    if (loads === 1) throw new Error("a broken connection");
    return await Promise.resolve(api.run);
  });
  const list = () => run.list("services", "europe-west1", undefined, call());
  await expect(list()).rejects.toThrow("a broken connection");
  expect(await list()).toEqual({ items: [], nextPageToken: undefined });
  await list();
  expect(loads).toBe(2);
});
