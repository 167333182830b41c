import type { Attempt } from "../../domain/run.ts";
import { fenceMs } from "../surplus.ts";
import type { RunWorld } from "./run-world.ts";

/** Whether the unit's host has not been heard for so long that what it held is placed elsewhere. */
export function isLost({ silentMs, timing }: RunWorld, unit: string): boolean {
  return (silentMs.get(unit) ?? 0) >= timing.replaceAfterMs;
}

/** When a host that has just fallen silent counts as lost unless it is heard, ms; undefined for one that answers, or is lost. */
export function lostAt(world: RunWorld, unit: string, now: number): number | undefined {
  const silentMs = world.silentMs.get(unit) ?? 0;
  const { silentAfterMs, replaceAfterMs } = world.timing;
  return silentMs >= silentAfterMs && silentMs < replaceAfterMs ? now + replaceAfterMs - silentMs : undefined;
}

/** When nothing of a try runs any more, by its host's own fence, if that is not heard before, ms; undefined where no fence says so. */
export function fencedAt(world: RunWorld, { unit: id }: Pick<Attempt, "unit">, now: number) {
  const unit = world.units.get(id);
  const silentMs = world.silentMs.get(id);
  if (unit?.template.unreachable !== "fence" || silentMs === undefined) return undefined;
  return silentMs < world.timing.silentAfterMs ? undefined : now + fenceMs(world.timing, unit) - silentMs;
}

/** Whether its host has been silent for so long that nothing of a try runs any more. */
export function isFencedOff(world: RunWorld, attempt: Pick<Attempt, "unit">, now: number): boolean {
  return (fencedAt(world, attempt, now) ?? Infinity) <= now;
}

/** Why a try on a silent host is given up, in words for the user. */
export function lostWords({ units, silentMs }: RunWorld, unit: string): string {
  const host = units.get(unit)?.place.host ?? "its host";
  return `${host} has not been heard for ${Math.round((silentMs.get(unit) ?? 0) / 1_000)} s`;
}
