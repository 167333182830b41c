import { parentPort, workerData } from "node:worker_threads";
import { openLibsqlStore } from "../../src/store/libsql.ts";
import { eventOf, LEASE_MS, NOW } from "./fixtures.ts";

/** One process's worth of work: claim what is due and record it, until nothing is. Posts the names it held. */
const { store, close } = await openLibsqlStore({ url: String(workerData) });
const names: string[] = [];
for (
  let claim = await store.claimDue(NOW, LEASE_MS);
  claim !== undefined;
  claim = await store.claimDue(NOW, LEASE_MS)
) {
  if (await store.record(claim, { events: [eventOf("held")], release: true, now: NOW }))
    names.push(claim.workload.name);
}
await close();
parentPort?.postMessage(names, []);
