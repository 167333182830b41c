import { DurableObject } from "cloudflare:workers";
import { LEASE_MS } from "../../domain/agent-timing.ts";
import { meterPass } from "../../broker/meter.ts";
import { sweepSoon } from "../../reconcile/sweep.ts";
import { reconcilePorts } from "../reconcile-ports.ts";
import { followPrices } from "./book-in-force.ts";
import type { ControlEnv } from "./bindings.ts";
import { runSlice, sliceMemory, type SliceMemory } from "./clock-slice.ts";
import { controlOf } from "./control-ports.ts";
import { log } from "./isolate.ts";

/** Set before a slice begins, so that one that dies with its object is gone on with, ms; longer than any slice. */
const REARM_MS = 60_000;
/** After a slice that failed, ms. */
const FAILURE_PAUSE_MS = 5_000;
/** Longer without a slice than this means that nobody was watching: then no agent counts as silent for a while, ms. */
const AWAY_MS = 2 * LEASE_MS;

/** What a clock keeps, so that losing its memory costs nothing. */
interface Kept {
  /** Since when slices have followed each other without a gap. */
  readonly awakeSince: number;
  readonly lastAt: number;
  readonly dueAt: readonly (readonly [string, number])[];
  readonly silentHosts: readonly string[];
  readonly standing: readonly (readonly [string, number])[];
}

/** One project's clock: its alarm runs slices of the reconciler until nothing is due, then rests. */
export class Clock extends DurableObject<ControlEnv> {
  #again = false;

  /** Something of this project is due. */
  async wake(project: string): Promise<void> {
    this.#again = true;
    const { storage } = this.ctx;
    if ((await storage.get<string>(PROJECT)) === undefined) await storage.put(PROJECT, project);
    const at = await storage.getAlarm();
    if (at === null || at > Date.now()) await storage.setAlarm(Date.now());
  }

  async alarm(): Promise<void> {
    const { storage } = this.ctx;
    this.#again = false;
    // First of all: whatever happens below, the clock goes on.
    await storage.setAlarm(Date.now() + REARM_MS);
    const next = await this.#slice();
    if (this.#again) await storage.setAlarm(Date.now());
    else if (next === undefined) await storage.deleteAlarm();
    else await storage.setAlarm(next);
  }

  async #slice(): Promise<number | undefined> {
    try {
      const { storage } = this.ctx;
      const project = await storage.get<string>(PROJECT);
      if (project === undefined) return undefined;
      const now = Date.now();
      const kept = await storage.get<Kept>(MEMORY);
      const memory = memoryOf(kept);
      await followPrices(controlOf(this.env).ports);
      const awakeSince = kept === undefined || now - kept.lastAt > AWAY_MS ? now : kept.awakeSince;
      const next = await runSlice(this.#ports(memory, awakeSince), memory, project);
      await storage.put(MEMORY, keptOf(memory, awakeSince));
      await meterPass({ ...controlOf(this.env).ports, owner: this.ctx.id.toString(), project });
      return next;
    } catch (error) {
      log(
        "error",
        `a slice of the reconciler failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      return Date.now() + FAILURE_PAUSE_MS;
    }
  }

  #ports(memory: SliceMemory, awakeSince: number) {
    const { ports, send } = controlOf(this.env);
    const own = { ...ports, nudge: () => void (this.#again = true) };
    const side = {
      send,
      // The gateways' isolates count for themselves, so a quiesce goes by time here.
      counts: undefined,
      snapshots: undefined,
      touched: (target: string) => sweepSoon(memory, target),
      owner: this.ctx.id.toString(),
    };
    return { ...reconcilePorts(own, side), startedAt: awakeSince };
  }
}

const PROJECT = "project";
const MEMORY = "memory";

function memoryOf(kept: Kept | undefined): SliceMemory {
  if (kept === undefined) return sliceMemory();
  return {
    ...sliceMemory(),
    dueAt: new Map(kept.dueAt),
    silentHosts: new Set(kept.silentHosts),
    standing: new Map(kept.standing),
  };
}

function keptOf(memory: SliceMemory, awakeSince: number): Kept {
  return {
    awakeSince,
    lastAt: Date.now(),
    dueAt: [...memory.dueAt],
    silentHosts: [...memory.silentHosts],
    standing: [...memory.standing],
  };
}
