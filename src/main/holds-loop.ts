import { tellEndingExceptions } from "../broker/exceptions.ts";
import { lookAtHeldPlans } from "../broker/holds.ts";
import type { Ports } from "../broker/ports.ts";

/** Between two looks at plans that wait; one that finds none due reads one row, ms. */
const LOOK_EVERY_MS = 5_000;
/** Looks between two at the exceptions that end: a minute. */
const LOOKS_A_TELLING = 12;

/** Lets go, or ends, plans that wait, and tells of exceptions that end, until the signal; what fails is tried again. */
export async function keepHolds(ports: Ports, owner: string, signal: AbortSignal): Promise<void> {
  for (let look = 0; !signal.aborted; look += 1) {
    await ports.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      await lookAtHeldPlans(ports, owner);
      if (look % LOOKS_A_TELLING === 0) await tellEndingExceptions(ports);
    } catch (error) {
      if (!signal.aborted) ports.log("error", `plans that wait were not looked at: ${String(error)}`);
    }
  }
}
