import { REMEDY } from "../domain/fault.ts";
import type { StoredUnit } from "../store/store.ts";
import type { Action, Replan } from "./action.ts";
import { fatalSetback } from "./advance.ts";
import { curedUnits, planServes } from "./traffic.ts";
import {
  isInUse,
  isRollingOut,
  isWanted,
  silentFor,
  surplusUnits,
  wantedUnits,
  type World,
} from "./world.ts";

/** Whether the plan is over, or needs another one: the actions that say so, or none. */
export function endings(world: World, now: number): readonly Action[] {
  if (world.plan.state === "failed") return [];
  if (world.plan.state === "rolled-back" || world.plan.state === "aborted") return goBack(world, now);
  if (isRollingOut(world) && world.plan.units.length === 0) return removal(world);
  // Before anything is moved on: another plan in its place would forget that it was to be given up.
  const asked = isRollingOut(world) ? askedToAbort(world) : undefined;
  if (asked !== undefined) return giveUp(world, asked, now);
  const elsewhere = moveOn(world, now);
  if (elsewhere.length > 0) return elsewhere;
  if (!isRollingOut(world)) return [];
  const failure = failureOf(world, now);
  if (failure !== undefined) return giveUp(world, failure, now);
  // What earlier runs still use goes with the last of them, however long they take.
  if (planServes(world) && surplusUnits(world).every((unit) => isInUse(world, unit)))
    return [
      {
        do: "finish",
        end: { state: "ready", logTail: [] },
        because: "every unit serves and the old ones are released",
      },
    ];
  return [];
}

function removal(world: World): readonly Action[] {
  if (world.units.length > 0) return [];
  return [
    { do: "finish", end: { state: "ready", remove: true, logTail: [] }, because: "every unit is gone" },
  ];
}

interface Failure {
  readonly because: string;
  readonly logTail: readonly string[];
}

function askedToAbort({ plan: { abort } }: World): Failure | undefined {
  return abort && { because: `aborted by ${abort.actor}: ${abort.reason}`, logTail: [] };
}

function failureOf(world: World, now: number): Failure | undefined {
  const failed = wantedUnits(world).find((unit) => unit.observation?.phase === "failed");
  if (failed !== undefined)
    return {
      because: failed.observation?.reason ?? "it failed",
      logTail: failed.observation?.lastLines ?? [],
    };
  const refused = fatalSetback(world);
  if (refused !== undefined) return { because: refused.setback?.message ?? "it was refused", logTail: [] };
  if (now < world.plan.deadlineAt) return undefined;
  // The whole change's time: a plan that continues an earlier one was itself made later.
  const seconds = world.plan.rollout.deadlineSeconds;
  const last = wantedUnits(world).map(
    (unit) => unit.probe?.reason ?? unit.observation?.reason ?? unit.setback?.message,
  );
  const detail = last.find((sentence) => sentence !== undefined) ?? "its units did not become ready";
  const tail = wantedUnits(world).flatMap((unit) => unit.observation?.lastLines ?? []);
  return { because: `not ready within ${seconds} s: ${detail}`, logTail: tail };
}

// Back to the parent when its units still stand; by a new plan of its revision when they do not; else this was the first.
function giveUp(world: World, failure: Failure, now: number): readonly Action[] {
  const { because, logTail } = failure;
  const { parent, plan } = world;
  const state = plan.abort === undefined ? "rolled-back" : "aborted";
  if (parent !== undefined && parent.units.length > 0 && parentStands(world))
    return [{ do: "finish", end: { state, restore: parent.id, logTail }, because }];
  // What served before may serve in yet another place; a revision that never has goes back, or ends.
  if (plan.abort === undefined && plan.trigger === "failover" && parent?.revision === plan.revision)
    return isTooSoon(world, now) ? [] : replan(world, wantedUnits(world), "failover", because, now);
  if (parent !== undefined && parent.units.length > 0)
    return [{ do: "finish", end: { state, logTail }, because }];
  return [{ do: "finish", end: { state: "failed", logTail }, because }];
}

function parentStands(world: World): boolean {
  const standing = new Set(world.units.filter((unit) => unit.state === "wanted").map((unit) => unit.unit.id));
  const units = world.parent?.units ?? [];
  const silent = world.units.some(
    (stored) =>
      units.some((unit) => unit.id === stored.unit.id) &&
      silentFor(world, stored, world.timing.replaceAfterMs),
  );
  return !silent && units.every((unit) => standing.has(unit.id));
}

// A rolled-back plan still in force means that the parent's units were spent: a new plan brings its revision back.
function goBack(world: World, now: number): readonly Action[] {
  if (world.parent === undefined || isTooSoon(world, now)) return [];
  const because = "the plan before it has no units left, so its revision starts anew";
  return replan(world, world.units, "rollback", because, now, world.parent.revision);
}

/** The earliest next try after a plan that was itself one: tries that fail at once must not follow each other at once. */
export function nextTryAt({ plan, timing }: World): number | undefined {
  const isTry = plan.trigger === "failover" || plan.trigger === "rollback";
  return isTry && plan.state !== "ready" ? plan.createdAt + timing.replanEveryMs : undefined;
}

const isTooSoon = (world: World, now: number): boolean => (nextTryAt(world) ?? now) > now;

// Units that cannot be where they are: the place said no, or the host has been silent for too long.
function moveOn(world: World, now: number): readonly Action[] {
  const cured = new Set(curedUnits(world));
  const refused = wantedUnits(world).filter(
    (unit) => unit.setback !== undefined && REMEDY[unit.setback.kind] === "replan" && !cured.has(unit),
  );
  const lost = wantedUnits(world).filter((unit) => silentFor(world, unit, world.timing.replaceAfterMs));
  if (lost.length > 0)
    return replan(world, lost, "failover", "its host has not been heard of for too long", now);
  const first = refused[0];
  if (first === undefined) return [];
  const trigger = isRollingOut(world) && world.plan.trigger !== "failover" ? "deploy" : "failover";
  if (now >= world.plan.deadlineAt && isRollingOut(world)) return [];
  return replan(world, refused, trigger, first.setback?.message ?? "the place is full", now);
}

function replan(
  world: World,
  units: readonly StoredUnit[],
  trigger: Replan["trigger"],
  because: string,
  now: number,
  revision?: string,
): readonly Action[] {
  const waiting = units.some((unit) => unit.setback?.notBefore !== undefined && unit.setback.notBefore > now);
  if (waiting) return [];
  const refused = units.filter(
    (unit) => unit.setback !== undefined && REMEDY[unit.setback.kind] === "replan",
  );
  const silent = world.units.filter((unit) => silentFor(world, unit, world.timing.silentAfterMs));
  const request: Replan = {
    trigger,
    avoidOffers: refused.filter((unit) => isWanted(world, unit)).map((unit) => unit.unit.offer),
    avoidHosts: [...new Set(silent.flatMap((unit) => unit.unit.place.host ?? []))],
    revision,
    units: units.map((unit) => unit.unit.id),
  };
  return [{ do: "replan", request, because }];
}
