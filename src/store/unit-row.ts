import type { units } from "../../db/schema.ts";
import type { Observation } from "../domain/observation.ts";
import type { Unit } from "../domain/plan.ts";
import type { UnitBody, UnitKey } from "./row-bodies.ts";
import { fitting, textsThatFit } from "./row-size.ts";
import { cutLines, cutSentence } from "./words.ts";
import type { StoredUnit } from "./store.ts";

type UnitRow = typeof units.$inferSelect & { readonly sweptAt: number };

/** What an observation, and the unit itself, may take of a unit's row, bytes. The rest is for probe and setback. */
const MAX_OBSERVATION_BYTES = 300_000;
const MAX_UNIT_BYTES = 500_000;

/** The columns of a new unit, as they travel in a list of rows. Throws `too-large-to-store`. */
export function unitEntry(unit: Unit) {
  return {
    ...textsThatFit(`A unit of ${unit.workload}`, { body: bodyOf(unit) }, MAX_UNIT_BYTES),
    id: unit.id,
    targetName: unit.place.target ?? null,
    provider: unit.place.provider,
    region: unit.place.region,
    host: unit.place.host ?? null,
    replicas: unit.replicas,
  };
}

/** The unit as it was when its plan was committed. */
export function unitOf({ project, environment, workload, id }: UnitKey, body: UnitBody): Unit {
  return { project, environment, workload, id, ...body };
}

// JSON leaves out what is undefined, and copying all and emptying some is faster than copying all but some.
function bodyOf(unit: Unit): UnitBody {
  const none = undefined;
  const body = { ...unit, project: none, environment: none, workload: none, id: none };
  return body;
}

/** An observation as one entry of a JSON list: its time apart from the rest, in one order of fields, so that texts compare. */
export function observationEntry(seen: Observation) {
  const body = {
    unit: seen.unit,
    phase: seen.phase,
    ready: seen.ready,
    replicas: seen.replicas,
    endpoints: seen.endpoints.map(({ replica, url, transport, bypassable, ready, auth }) => ({
      replica,
      url,
      transport,
      bypassable,
      ready,
      auth: auth && { kind: auth.kind, target: auth.target, unit: auth.unit, audience: auth.audience },
    })),
    reason: seen.reason === undefined ? undefined : cutSentence(seen.reason),
    exitCode: seen.exitCode,
    restarts: seen.restarts,
    lastLines: cutLines(seen.lastLines),
  };
  fitting(`The observation of unit ${seen.unit}`, body, MAX_OBSERVATION_BYTES);
  return { id: seen.unit, at: seen.at, body };
}

/** The stored unit of a row. An observation counts as looked at when it was stored, or when a complete sweep last confirmed it. */
export function storedUnitOf(row: UnitRow): StoredUnit {
  const observation = row.observation ?? undefined;
  const observedAt = row.observedAt ?? 0;
  return {
    unit: { ...unitOf(row, row.body), replicas: row.replicas },
    targetId: row.target,
    state: row.state,
    doomedBecause: row.doomedBecause ?? undefined,
    doomedAt: row.doomedAt ?? undefined,
    appliedAt: row.appliedAt ?? undefined,
    appliedReplicas: row.appliedReplicas ?? undefined,
    observation: observation === undefined ? undefined : { ...observation, at: row.seenAt ?? observedAt },
    observedAt: observation === undefined ? undefined : Math.max(observedAt, row.sweptAt),
    probe: row.probe ?? undefined,
    setback: row.setback ?? undefined,
  };
}
