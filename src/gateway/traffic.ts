import { dayOf, type TrafficDay } from "../domain/traffic.ts";
import type { Route } from "../store/store.ts";

/** Workloads counted between two hand-overs; what more there are is not counted, so that the figures are a lower bound. */
const MAX_WORKLOADS = 10_000;

/** One exchange that came to its end. */
export interface Carried {
  readonly requestMs: number;
  /** Bytes of the answer's body; undefined where the runtime does not show them. */
  readonly egressBytes: number | undefined;
}

/** What this gateway has carried and not handed over yet, by workload and day. */
export interface Traffic {
  carried(route: Pick<Route, "project" | "environment" | "workload">, exchange: Carried): void;
  /** Hands over everything counted so far and begins anew. */
  take(): readonly TrafficDay[];
  /** What could not be stored is counted on, and handed over with the next. */
  giveBack(days: readonly TrafficDay[]): void;
}

/** Makes traffic counts that start at zero. */
export function createTraffic(now: () => number): Traffic {
  let days = new Map<string, TrafficDay>();
  const add = (more: TrafficDay) => {
    const key = `${more.project}/${more.environment}/${more.workload}/${more.day}`;
    const so = days.get(key);
    if (so === undefined && days.size >= MAX_WORKLOADS) return;
    days.set(key, so === undefined ? more : sum(so, more));
  };
  return {
    carried({ project, environment, workload }, { requestMs, egressBytes }) {
      const day = dayOf(now());
      add({
        project,
        environment,
        workload,
        day,
        requests: 1,
        requestMs,
        egressBytes: egressBytes ?? null,
      });
    },
    take() {
      const taken = [...days.values()];
      days = new Map();
      return taken;
    },
    giveBack: (back) => {
      for (const day of back) add(day);
    },
  };
}

const sum = (a: TrafficDay, b: TrafficDay): TrafficDay => ({
  ...a,
  requests: a.requests + b.requests,
  requestMs: a.requestMs + b.requestMs,
  egressBytes: a.egressBytes === null || b.egressBytes === null ? null : a.egressBytes + b.egressBytes,
});
