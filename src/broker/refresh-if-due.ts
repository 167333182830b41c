import { Fault } from "../domain/fault.ts";
import type { Ports } from "./ports.ts";
import { isUnderWay } from "./price-portions.ts";
import { refreshCatalog, SCHEDULED_DEADLINE_MS } from "./refresh-catalog.ts";

/** The shipped prices do at first: a new installation, or a process that has just started, has better things to do. */
export const FIRST_REFRESH_MS = 30 * 60_000;

/**
 * Refreshes prices when the last refresh of the installation, whichever process did it, began `everyMs` ago or earlier; true when
 * it did. With `portion`, so many requests at a time: what is left is read by the next calls, each of which is due at once, and one book
 * comes of them all. Whatever fails is logged: the prices there are stay, and the next day is another try.
 */
export async function refreshIfDue(
  ports: Pick<Ports, "store" | "books" | "now" | "random" | "log">,
  everyMs: number,
  { notBefore = 0, portion }: { readonly notBefore?: number; readonly portion?: number } = {},
): Promise<boolean> {
  const { store, books, now, log } = ports;
  if (now() < notBefore) return false;
  await books.catchUp();
  const state = await store.catalogState();
  if (state === undefined) return false;
  const dueAt =
    state.attemptedAt === undefined ? state.createdAt + FIRST_REFRESH_MS : state.attemptedAt + everyMs;
  const isDue = now() >= dueAt || (portion !== undefined && (await isUnderWay(ports)));
  if (!isDue) return false;
  try {
    const { goesOn } = await refreshCatalog(ports, { deadlineMs: SCHEDULED_DEADLINE_MS, portion });
    return goesOn !== true;
  } catch (error) {
    // Another process has the lease, or was first: then it is being done.
    if (!(error instanceof Fault && error.code === "conflict"))
      log("error", `prices were not refreshed: ${String(error)}`);
    return false;
  }
}
