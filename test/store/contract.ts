import { describe } from "vitest";
import type { Store } from "../../src/store/store.ts";
import { changesContract } from "./contract/changes.ts";
import { changeBudgetsContract } from "./contract/change-budgets.ts";
import { commitContract } from "./contract/commit.ts";
import { commitManyContract } from "./contract/commit-many.ts";
import { historyContract } from "./contract/history.ts";
import { historyRestContract } from "./contract/history-rest.ts";
import { idempotencyContract } from "./contract/idempotency.ts";
import { identityContract } from "./contract/identity.ts";
import { issuerKeysContract } from "./contract/issuer-keys.ts";
import { manyChangesContract } from "./contract/many-changes.ts";
import { policiesContract } from "./contract/policies.ts";
import { plansContract } from "./contract/plans.ts";
import { pricesContract } from "./contract/prices.ts";
import { statedRatesContract } from "./contract/stated-rates.ts";
import { queueContract } from "./contract/queue.ts";
import { readsContract } from "./contract/reads.ts";
import { receiptsContract } from "./contract/receipts.ts";
import { recordContract } from "./contract/record.ts";
import { registriesContract } from "./contract/registries.ts";
import { routesContract } from "./contract/routes.ts";
import { trafficContract } from "./contract/traffic.ts";
import { sightingsContract } from "./contract/sightings.ts";
import { sizesContract } from "./contract/sizes.ts";
import { tenancyContract } from "./contract/tenancy.ts";
import { automationContract, heldContract } from "./contract/whether.ts";
import { violationsContract } from "./contract/violations.ts";
import { secretsContract } from "./contract/secrets.ts";
import { openedStore } from "./opened-store.ts";

/** One empty database, as two processes see it. `dump` gives every row of every table. */
export interface OpenStore {
  readonly store: Store;
  readonly second: Store;
  readonly dump: () => Promise<Readonly<Record<string, readonly unknown[]>>>;
  readonly close: () => Promise<void>;
}
export type Opened = () => OpenStore;

/** What the store guarantees, on any engine. */
export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`the store on ${name}`, () => {
    const opened = openedStore(open);
    commitContract(opened);
    commitManyContract(opened);
    changesContract(opened);
    changeBudgetsContract(opened);
    manyChangesContract(opened);
    plansContract(opened);
    policiesContract(opened);
    pricesContract(opened);
    statedRatesContract(opened);
    queueContract(opened);
    recordContract(opened);
    sightingsContract(opened);
    routesContract(opened);
    trafficContract(opened);
    readsContract(opened);
    receiptsContract(opened);
    historyContract(opened);
    historyRestContract(opened);
    sizesContract(opened);
    identityContract(opened);
    issuerKeysContract(opened);
    idempotencyContract(opened);
    tenancyContract(opened);
    registriesContract(opened);
    heldContract(opened);
    automationContract(opened);
    violationsContract(opened);
    secretsContract(opened);
  });
}
