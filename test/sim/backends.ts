import type { StoreFile } from "../broker/store-file.ts";
import { memoryStore } from "./memory/memory-store.ts";
import { emptyTables, type Tables } from "./memory/tables.ts";
import type { Backend } from "./schedule.ts";

/** Rows in memory: fast, and able to be put back to an older copy. */
export function memoryBackend(): Backend {
  const tables = emptyTables({ id: "simulated", epoch: 1, createdAt: 0 });
  let backup: Tables | undefined;
  return {
    store: memoryStore(tables),
    dump: async () => dump(tables),
    backUp: () => {
      backup = structuredClone(tables);
    },
    restore: () => {
      Object.assign(tables, structuredClone(backup));
    },
  };
}

/** The same as what a bench opens. */
export function memoryFile(): StoreFile {
  const { store, dump, backUp, restore } = memoryBackend();
  return {
    store,
    dump,
    backUp: async () => backUp?.(),
    restore: async () => restore?.(),
    close: async () => {},
  };
}

/** Rows in a libSQL file. */
export function fileBackend(file: StoreFile): Backend {
  return { store: file.store, dump: () => file.dump() };
}

// What never changes once it is written stands for itself by its key: most of a plan is the explanation of its placement.
function dump(tables: Tables): string {
  const { leases: _leases, targets, agents, plans, revisions, events, installation, ...maps } = tables;
  const rows = Object.values(maps).map((map) => [...map]);
  const calm = [...targets.values()].map(({ sweptAt: _sweptAt, ...target }) => target);
  const still = [...agents.values()].map(({ sweptAt: _sweptAt, report: _report, ...agent }) => agent);
  const courses = [...plans.values()].map(({ plan, committed }) => [
    plan.id,
    committed,
    plan.state,
    plan.stateReason,
    plan.endedAt,
  ]);
  const history = [...events].map(([key, list]) => [key, list.length]);
  return JSON.stringify([installation, calm, still, courses, [...revisions.keys()], history, rows]);
}
