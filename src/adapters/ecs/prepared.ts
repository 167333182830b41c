import type { Turn } from "./known.ts";
import type { Call } from "../adapter.ts";
import { type Cloud } from "./cloud.ts";
import { remember } from "./known.ts";
import type { EcsRegion } from "./config.ts";
import type { Rendering } from "./render/container.ts";
import type { Naming } from "./render/service.ts";
import { renderTaskDefinition } from "./render/task-definition.ts";
import { deliver } from "./secrets.ts";
import { ensureTaskDefinition, withArns } from "./task-definitions.ts";

/** How long what was prepared is taken for there, ms: long enough for the tries of one run, which begin together. */
const FRESH_MS = 30_000;
/** A turn that has lasted longer than any call may is one that was cut off, ms: nobody waits for it. */
const TURN_MS = 60_000;

/** What is needed before a task of this unit can start: its secrets, and a task definition, whose ARN it gives. */
export async function prepare(
  cloud: Cloud,
  region: EcsRegion,
  rendering: Rendering,
  call: Call,
): Promise<Naming> {
  const owner = await cloud.owner();
  const delivered = await deliver(cloud, region, rendering.unit, call);
  const input = withArns(renderTaskDefinition(rendering, owner), delivered);
  return { region, owner, taskDefinition: await ensureTaskDefinition(cloud, region, input, call) };
}

/**
 * What a job's unit needs before a task of it can start. Tries that begin together take turns, so that all but the first find what it
 * made: each registering for itself would be a minute for sixty of them.
 */
export async function prepareOnce(
  cloud: Cloud,
  region: EcsRegion,
  rendering: Rendering,
  call: Call,
): Promise<Naming> {
  const key = keyOf(region, rendering.unit.id);
  const { family = "" } = renderTaskDefinition(rendering);
  return await inTurn(cloud, key, call, async () => {
    const there = cloud.known.prepared.get(key);
    if (there?.family === family && cloud.ports.now() - there.at < FRESH_MS) return there.naming;
    const naming = await prepare(cloud, region, rendering, call);
    remember(cloud.known.prepared, key, { at: cloud.ports.now(), family, naming });
    return naming;
  });
}

/** What was prepared for a unit is not taken for there any more. */
export function forgetPrepared(cloud: Cloud, region: EcsRegion, unit: string): void {
  cloud.known.prepared.delete(keyOf(region, unit));
}

const keyOf = ({ region }: EcsRegion, unit: string): string => `${region}/${unit}`;

async function inTurn<T>(cloud: Cloud, key: string, call: Call, act: () => Promise<T>): Promise<T> {
  const { turns } = cloud.known;
  const now = cloud.ports.now();
  const before = turns.get(key);
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const turn: Turn = { at: now, done };
  turns.set(key, turn);
  try {
    if (before !== undefined && now - before.at < TURN_MS) await endOf(before, call.signal);
    return await act();
  } finally {
    resolve();
    if (turns.get(key) === turn) turns.delete(key);
  }
}

// Ends with this call's own signal, too: what it then does fails by it.
async function endOf({ done }: Turn, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  signal.addEventListener("abort", end, { once: true });
  try {
    await Promise.race([done, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
