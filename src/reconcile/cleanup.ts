import { REMEDY } from "../domain/fault.ts";
import type { Unit } from "../domain/plan.ts";
import { placeLabel } from "../domain/place.ts";
import { monthlyRunRate } from "../domain/run-rate.ts";
import { picoText } from "../domain/spend.ts";
import type { NewEvent, Setback } from "../store/store.ts";
import { MAX_BUG_ATTEMPTS } from "./advance.ts";
import type { ReconcilePorts } from "./ports.ts";

/** Rows of the ledger that are read for one sentence at most. */
const MAX_ROWS = 1_000;

/**
 * The setback of a removal that failed. Where waiting cures nothing (credentials lost, a refusal in words) it says since when the
 * cleanup is blocked: the unit is neither gone nor on its way, and goes on costing what it costs.
 */
export function cleanupSetback(failed: Setback, before: Setback | undefined, now: number): Setback {
  const remedy = REMEDY[failed.kind];
  const waitsForSomebody =
    remedy === "park" ||
    remedy === "tell-user" ||
    (remedy === "report" && failed.attempts >= MAX_BUG_ATTEMPTS);
  // A network that fails meanwhile does not give the credentials back.
  const since = before?.cleanupBlockedSince ?? (waitsForSomebody ? now : undefined);
  return since === undefined ? failed : { ...failed, cleanupBlockedSince: since };
}

/** The word on a removal that has just become blocked, with the reason and what is still paid for; none while it stays blocked. */
export async function cleanupEvents(
  ports: Pick<ReconcilePorts, "store" | "now" | "log">,
  unit: Unit,
  setback: Setback,
  before: Setback | undefined,
): Promise<readonly NewEvent[]> {
  if (before?.cleanupBlockedSince !== undefined) return [];
  const usdPerMonth = await costOf(ports, unit);
  const cost = usdPerMonth === undefined ? "" : ` It goes on costing ${usdPerMonth} USD a month.`;
  const message = `cleanup-blocked: ${unit.name} at ${placeLabel(unit.place)} cannot be removed: ${setback.message}${cost}`;
  const { kind, attempts } = setback;
  const data = { unit: unit.name, place: unit.place, kind, attempts, usdPerMonth };
  return [{ at: ports.now(), type: "unit.cleanup-blocked", actor: "berth", message, data }];
}

// The removal's own failure is what matters; a ledger that cannot be read now leaves the sentence without its sum.
async function costOf(
  { store, now, log }: Pick<ReconcilePorts, "store" | "now" | "log">,
  { id, project, environment, workload }: Unit,
): Promise<string | undefined> {
  const at = now();
  try {
    const { rows } = await store.ledger({
      project,
      environment,
      workload,
      from: at,
      to: at + 1,
      limit: MAX_ROWS,
    });
    const own = rows.filter(({ unit }) => unit === id);
    return own.length === 0 ? undefined : picoText(monthlyRunRate(own, at));
  } catch (error) {
    log("warn", `what unit ${id} costs is not known now: ${String(error)}`);
    return undefined;
  }
}
