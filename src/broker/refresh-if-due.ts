import { Fault } from "../domain/fault.ts";
import type { Ports } from "./ports.ts";
import { refreshCatalog, SCHEDULED_DEADLINE_MS } from "./refresh-catalog.ts";

/** The shipped prices do at first: a new installation, or a process that has just started, has better things to do. */
export const FIRST_REFRESH_MS = 30 * 60_000;

/**
 * Refreshes prices when the last refresh of the installation, whichever process did it, began `everyMs` ago or earlier; true when
 * it did. Whatever fails is logged: the prices there are stay, and the next day is another try.
 */
export async function refreshIfDue(
  ports: Pick<Ports, "store" | "books" | "now" | "random" | "log">,
  everyMs: number,
  notBefore = 0,
): Promise<boolean> {
  const { store, books, now, log } = ports;
  if (now() < notBefore) return false;
  await books.catchUp();
  const state = await store.catalogState();
  if (state === undefined) return false;
  const dueAt =
    state.attemptedAt === undefined ? state.createdAt + FIRST_REFRESH_MS : state.attemptedAt + everyMs;
  if (now() < dueAt) return false;
  try {
    await refreshCatalog(ports, { deadlineMs: SCHEDULED_DEADLINE_MS });
    return true;
  } catch (error) {
    // Another process has the lease, or was first: then it is being done.
    if (!(error instanceof Fault && error.code === "conflict"))
      log("error", `prices were not refreshed: ${String(error)}`);
    return false;
  }
}
