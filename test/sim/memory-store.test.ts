import { describe } from "vitest";
import { commitContract } from "../store/contract/commit.ts";
import type { OpenStore } from "../store/contract.ts";
import { policiesContract } from "../store/contract/policies.ts";
import { queueContract } from "../store/contract/queue.ts";
import { readsContract } from "../store/contract/reads.ts";
import { recordContract } from "../store/contract/record.ts";
import { routesContract } from "../store/contract/routes.ts";
import { sightingsContract } from "../store/contract/sightings.ts";
import { openedStore } from "../store/opened-store.ts";
import { runsContract } from "../store/runs-contract.ts";
import { memoryStore } from "./memory/memory-store.ts";
import { emptyTables, kept } from "./memory/tables.ts";

/** What the loops and use cases rely on. Sizes, tokens and idempotency keys are of real databases only. */
describe("the store of the simulation", () => {
  runsContract("the simulation", async () => openMemory());
  const opened = openedStore(openMemory);
  commitContract(opened);
  policiesContract(opened);
  queueContract(opened);
  recordContract(opened);
  sightingsContract(opened);
  routesContract(opened);
  readsContract(opened);
});

function openMemory(): OpenStore {
  const tables = emptyTables({ id: "simulated", epoch: 1, createdAt: 0 });
  const store = memoryStore(tables);
  const dump = async () => {
    const { installation: _installation, ...maps } = tables;
    const rows = Object.entries(maps).map(([name, map]) => [name, kept([...map.values()])]);
    return Object.fromEntries(rows) as Record<string, readonly unknown[]>;
  };
  return { store, second: store, dump, close: async () => {} };
}
