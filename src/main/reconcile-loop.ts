import type { ReconcilePorts } from "../reconcile/ports.ts";
import { runTick } from "../reconcile/runs/tick.ts";
import { sweep, sweepMemory, sweepSoon } from "../reconcile/sweep.ts";
import { tick } from "../reconcile/tick.ts";

/** Workloads worked on at once by one process. */
const WORKERS = 8;
/** The longest a loop sleeps when nothing nudges it: the timer is the truth, a nudge only an optimisation, ms. */
const LONGEST_SLEEP_MS = 1_000;
/** After a failure of the store the loops wait this long, ms. */
const FAILURE_PAUSE_MS = 1_000;

export interface ReconcileLoop {
  /** Something is due. */
  nudge(): void;
  /** Something was sent to this target: look at it soon. */
  touched(target: string): void;
  /** Resolves when no pass is under way any more. */
  stop(): Promise<void>;
}

/** Run `sweep` and `tick` for ever, several workloads at a time, until stopped. */
export function startReconcileLoop(ports: ReconcilePorts): ReconcileLoop {
  const stopping = new AbortController();
  const { signal } = stopping;
  const bell = new Bell();
  const memory = sweepMemory();
  const loops = [
    ...Array.from({ length: WORKERS }, () => loop(ports, signal, () => drain(ports, bell, signal))),
    loop(ports, signal, async () => {
      const { changed, nextAt } = await sweep(ports, memory, signal);
      if (changed) bell.ring();
      await pause(Math.min(LONGEST_SLEEP_MS, Math.max(50, nextAt - ports.now())), signal);
    }),
  ];
  return {
    nudge: () => bell.ring(),
    touched: (target) => sweepSoon(memory, target),
    stop: async () => {
      stopping.abort();
      bell.ring();
      await Promise.all(loops);
    },
  };
}

async function drain(ports: ReconcilePorts, bell: Bell, signal: AbortSignal): Promise<void> {
  const worked = await tick(ports, signal);
  if ((await runTick(ports, signal)) > 0 || worked) return;
  const due = await ports.store.nextDue();
  const pause = due === undefined ? LONGEST_SLEEP_MS : Math.max(10, due - ports.now());
  await bell.sleep(Math.min(LONGEST_SLEEP_MS, pause), signal);
}

async function loop(ports: ReconcilePorts, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      ports.log(
        "error",
        `a pass of the reconciler failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      await new Promise((resolve) => setTimeout(resolve, FAILURE_PAUSE_MS));
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Bell().sleep(ms, signal);
}

/** Wakes every sleeper at once. */
class Bell {
  readonly #sleepers = new Set<() => void>();

  ring(): void {
    for (const wake of this.#sleepers) wake();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.add(wake);
    });
  }
}
