import { failBack } from "../broker/fail-back.ts";
import { moveViolators } from "../broker/move-violators.ts";
import type { Ports } from "../broker/ports.ts";
import { REVIEW_EVERY_MS, reviewFleets } from "../broker/review-fleets.ts";

/** Between two looks at what has to move; one that finds nothing due reads one row, ms. */
const LOOK_EVERY_MS = 5_000;
/** Looks between two at what has changed in the projects. */
const LOOKS_A_REVIEW = REVIEW_EVERY_MS / LOOK_EVERY_MS;

/** Finds what runs where its policy forbids it, and moves what its policy says moves, until the signal; what fails is tried again. */
export async function keepPolicies(ports: Ports, owner: string, signal: AbortSignal): Promise<void> {
  for (let look = 0; !signal.aborted; look += 1) {
    await ports.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      if (look % LOOKS_A_REVIEW === 0) await reviewFleets(ports, owner);
      await moveViolators(ports, owner);
      if (look % LOOKS_A_REVIEW === 0) await failBack(ports, owner);
    } catch (error) {
      if (!signal.aborted) ports.log("error", `what runs was not held against its policy: ${String(error)}`);
    }
  }
}
