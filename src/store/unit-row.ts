import type { units } from "../../db/schema.ts";
import type { Observation } from "../domain/observation.ts";
import type { Unit } from "../domain/plan.ts";
import { decode, decodeMaybe, encode } from "./encode.ts";
import type { Setback, StoredUnit } from "./store.ts";

type UnitRow = typeof units.$inferSelect & { readonly sweptAt: number };

/** What an observation, and the unit itself, may take of a unit's row, bytes. The rest is for probe and setback. */
const MAX_OBSERVATION_BYTES = 300_000;
const MAX_UNIT_BYTES = 500_000;
const MAX_NOTE_BYTES = 40_000;
/** The most a provider's words may take of an observation: a container that writes endless lines must not stop a sweep. */
const MAX_LINES = 100;
const MAX_LINE_CHARACTERS = 1_000;

/** The columns of a new unit, as one entry of a JSON list. Throws `too-large-to-store`. */
export function unitEntry(unit: Unit) {
  encode(`A unit of ${unit.workload}`, unit, MAX_UNIT_BYTES);
  return {
    id: unit.id,
    targetName: unit.place.target ?? null,
    provider: unit.place.provider,
    region: unit.place.region,
    host: unit.place.host ?? null,
    body: unit,
    replicas: unit.replicas,
  };
}

/** An observation as one entry of a JSON list: its time apart from the rest, in one order of fields, so that texts compare. */
export function observationEntry(seen: Observation) {
  const body = {
    unit: seen.unit,
    phase: seen.phase,
    ready: seen.ready,
    replicas: seen.replicas,
    endpoints: seen.endpoints.map(({ replica, url, transport, bypassable, ready }) => ({
      replica,
      url,
      transport,
      bypassable,
      ready,
    })),
    reason: seen.reason?.slice(0, MAX_LINE_CHARACTERS),
    exitCode: seen.exitCode,
    restarts: seen.restarts,
    lastLines: seen.lastLines.slice(-MAX_LINES).map((line) => line.slice(0, MAX_LINE_CHARACTERS)),
  };
  encode(`The observation of unit ${seen.unit}`, body, MAX_OBSERVATION_BYTES);
  return { id: seen.unit, at: seen.at, body };
}

/** Refuses a probe or setback whose words are too long for its share of the row. */
export function assertNoteFits(what: string, note: StoredUnit["probe"] | Setback | null): void {
  if (note !== undefined && note !== null) encode(what, note, MAX_NOTE_BYTES);
}

/** The stored unit of a row. An observation counts as looked at when it was stored, or when a complete sweep last confirmed it. */
export function storedUnitOf(row: UnitRow): StoredUnit {
  const observation = decodeMaybe<Omit<Observation, "at">>(row.observation);
  const observedAt = row.observedAt ?? 0;
  return {
    unit: { ...decode<Unit>(row.body), replicas: decode<Unit["replicas"]>(row.replicas) },
    targetId: row.target,
    state: row.state,
    doomedBecause: row.doomedBecause ?? undefined,
    doomedAt: row.doomedAt ?? undefined,
    appliedAt: row.appliedAt ?? undefined,
    appliedReplicas: decodeMaybe<Unit["replicas"]>(row.appliedReplicas),
    observation: observation === undefined ? undefined : { ...observation, at: row.seenAt ?? observedAt },
    observedAt: observation === undefined ? undefined : Math.max(observedAt, row.sweptAt),
    probe: decodeMaybe<NonNullable<StoredUnit["probe"]>>(row.probe),
    setback: decodeMaybe<Setback>(row.setback),
  };
}
