import { afterEach, beforeEach } from "vitest";
import type { Opened, OpenStore } from "./contract.ts";

/** A store for each test of the suite that calls this, opened and prepared before it and closed after it. */
export function openedStore(
  open: () => Promise<OpenStore> | OpenStore,
  prepare?: (store: OpenStore["store"]) => Promise<unknown>,
): Opened {
  let current: OpenStore | undefined;
  beforeEach(async () => {
    current = await open();
    await prepare?.(current.store);
  });
  afterEach(async () => {
    await current?.close();
    current = undefined;
  });
  return () => {
    if (current === undefined) throw new Error("no store is open outside a test");
    return current;
  };
}
