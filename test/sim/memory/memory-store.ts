import type { Store } from "../../../src/store/store.ts";
import { bills } from "./bills.ts";
import { changes } from "./changes.ts";
import { commits } from "./commit.ts";
import { instance } from "./instance.ts";
import { issuerKeys } from "./issuer-keys.ts";
import { money } from "./money.ts";
import { policies } from "./policies.ts";
import { prices } from "./prices.ts";
import { traffic } from "./traffic.ts";
import { queue } from "./queue.ts";
import { reads } from "./reads.ts";
import { receipts } from "./receipts.ts";
import { registries } from "./registries.ts";
import { runQueue } from "./run-queue.ts";
import { runs } from "./runs.ts";
import { sightings } from "./sightings.ts";
import type { Tables } from "./tables.ts";
import { violations } from "./violations.ts";
import { whether } from "./whether.ts";
import { secrets } from "./secrets.ts";

/**
 * The store over rows in memory, for simulations that need thousands of databases. Each call is one moment, as a batch is.
 * It passes the store's own contract, and schedules run on it leave the same trace as on libSQL.
 */
export function memoryStore(tables: Tables): Store {
  return {
    ...instance(tables),
    ...issuerKeys(),
    ...commits(tables),
    ...changes(),
    ...queue(tables),
    ...reads(tables),
    ...receipts(),
    ...registries(),
    ...runs(tables),
    ...runQueue(tables),
    ...sightings(tables),
    ...money(),
    ...bills(),
    ...whether(tables),
    ...policies(),
    ...prices(),
    ...traffic(),
    ...violations(),
    ...secrets(),
  };
}
