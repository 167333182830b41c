import type { Store } from "../../../src/store/store.ts";
import { makeDue } from "./queue.ts";
import { observationText, type Tables, type UnitRow } from "./tables.ts";

const ABSENCE_GRACE_MS = 60_000;
const CONFIRM_AFTER_MS = 10_000;

/** What the sweeps and the agents saw. */
export function sightings(tables: Tables): Pick<Store, "observed"> {
  return {
    async observed(target, sighting, now) {
      const { host, complete, observations } = sighting;
      const isHere = (row: UnitRow | undefined): row is UnitRow =>
        row !== undefined &&
        row.targetId === target &&
        row.state !== "gone" &&
        (host === undefined || row.unit.place.host === host);
      let changed = 0;
      const change = (row: UnitRow, observation: string | null, seenAt: number | undefined) => {
        changed += 1;
        tables.units.set(row.unit.id, { ...row, observation, seenAt, observedAt: now });
        makeDue(tables, row.key, now);
      };
      for (const seen of observations) {
        const row = tables.units.get(seen.unit);
        const text = observationText(seen);
        if (isHere(row) && row.observation !== text) change(row, text, seen.at);
      }
      const present = new Set(observations.map(({ unit }) => unit));
      for (const row of complete ? tables.units.values() : []) {
        const old = row.appliedAt !== undefined && row.appliedAt < now - ABSENCE_GRACE_MS;
        if (isHere(row) && !present.has(row.unit.id) && row.observation !== null && old)
          change(row, null, undefined);
        else if (isHere(row) && !present.has(row.unit.id) && row.observation !== null)
          tables.units.set(row.unit.id, { ...row, observation: missing(row.observation) });
      }
      confirm(tables, target, sighting, now, isHere);
      return changed;
    },
  };
}

/** The stored text with the word that the last look did not list it. */
function missing(observation: string): string {
  return JSON.stringify({ ...JSON.parse(observation), missing: true });
}

function confirm(
  tables: Tables,
  target: string,
  { host, complete, observations }: Parameters<Store["observed"]>[1],
  now: number,
  isHere: (row: UnitRow | undefined) => row is UnitRow,
): void {
  if (!complete) {
    for (const { unit } of observations) {
      const row = tables.units.get(unit);
      if (isHere(row) && row.observedAt !== undefined && row.observedAt < now - CONFIRM_AFTER_MS)
        tables.units.set(unit, { ...row, observedAt: now });
    }
    return;
  }
  const swept = tables.targets.get(target);
  const agent = tables.agents.get(host ?? "");
  if (host === undefined && swept !== undefined) tables.targets.set(target, { ...swept, sweptAt: now });
  if (agent !== undefined) tables.agents.set(agent.id, { ...agent, sweptAt: now });
}
