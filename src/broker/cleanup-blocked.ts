import { placeLabel } from "../domain/place.ts";
import { monthlyRunRate } from "../domain/run-rate.ts";
import { picoText } from "../domain/spend.ts";
import type { Scope, Store, StoredUnit } from "../store/store.ts";
import { iso } from "./instants.ts";

/** Rows of the ledger that one description reads at most. */
const MAX_ROWS = 1_000;

/** A unit's state as people read it: one that should be gone, and that nothing but a person's help will remove, is `cleanup-blocked`. */
export function unitState({ state, setback }: StoredUnit): StoredUnit["state"] | "cleanup-blocked" {
  const blocked = state === "doomed" && setback?.cleanupBlockedSince !== undefined;
  return blocked ? "cleanup-blocked" : state;
}

/** What is left at a provider and cannot be removed: since when, why, when it is tried again, and what it costs. Undefined for nothing. */
export async function cleanupBlocked(
  { store, now }: { readonly store: Pick<Store, "ledger">; readonly now: () => number },
  scope: Scope,
  units: readonly StoredUnit[],
) {
  const left = units.filter((unit) => unitState(unit) === "cleanup-blocked");
  const [first] = left;
  if (first === undefined) return undefined;
  const at = now();
  const { workload } = first.unit;
  const { rows } = await store.ledger({ ...scope, workload, from: at, to: at + 1, limit: MAX_ROWS });
  return left.map(({ unit, setback }) => {
    const own = rows.filter((row) => row.unit === unit.id);
    return {
      unit: unit.name,
      at: placeLabel(unit.place),
      since: iso(setback?.cleanupBlockedSince),
      reason: setback?.message,
      nextTryAt: iso(setback?.notBefore),
      usdPerMonth: own.length === 0 ? undefined : picoText(monthlyRunRate(own, at)),
    };
  });
}
