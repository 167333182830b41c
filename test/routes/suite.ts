import { afterEach, beforeEach, describe } from "vitest";
import type { OpenStore } from "../store/contract.ts";
import { agentRoutes } from "./suite/agents.ts";
import { authorizationRoutes } from "./suite/authorization.ts";
import { billRoutes } from "./suite/bills.ts";
import { brokenSpecRoutes } from "./suite/broken-specs.ts";
import { catalogRoutes } from "./suite/catalog.ts";
import { changeRoutes } from "./suite/changes.ts";
import { costRoutes } from "./suite/costs.ts";
import { httpRoutes } from "./suite/http.ts";
import { onceRoutes } from "./suite/idempotency.ts";
import { issuerRoutes } from "./suite/issuer.ts";
import { planRoutes } from "./suite/plans.ts";
import { policyRoutes } from "./suite/policies.ts";
import { priceRoutes } from "./suite/prices.ts";
import { receiptRoutes } from "./suite/receipts.ts";
import { registryRoutes } from "./suite/registries.ts";
import { runRoutes } from "./suite/runs.ts";
import { simulateRoutes } from "./suite/simulate.ts";
import { statedRateRoutes } from "./suite/stated-rates.ts";
import { streamRoutes } from "./suite/streams.ts";
import { tenancyRoutes } from "./suite/tenancy.ts";
import { tokenRoutes } from "./suite/tokens.ts";
import { exceptionRoutes } from "./suite/exceptions.ts";
import { whetherRoutes } from "./suite/whether.ts";
import { workloadRoutes } from "./suite/workloads.ts";
import { openWorld, type World } from "./world.ts";
import { secretRoutes } from "./suite/secrets.ts";

/** What the API guarantees, on any runtime and any store. */
export function routeSuite(name: string, open: () => Promise<OpenStore>): void {
  describe(`the API on ${name}`, () => {
    let current: World | undefined;
    const world = () => {
      if (current === undefined) throw new Error("no world is open outside a test");
      return current;
    };
    beforeEach(async () => {
      current = await openWorld(open);
    });
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });
    planRoutes(world);
    changeRoutes(world);
    receiptRoutes(world);
    policyRoutes(world);
    simulateRoutes(world);
    priceRoutes(world);
    statedRateRoutes(world);
    workloadRoutes(world);
    runRoutes(world);
    whetherRoutes(world);
    exceptionRoutes(world);
    httpRoutes(world);
    onceRoutes(world);
    tenancyRoutes(world);
    registryRoutes(world);
    secretRoutes(world);
    issuerRoutes(world);
    tokenRoutes(world);
    catalogRoutes(world);
    costRoutes(world);
    billRoutes(world);
    agentRoutes(world);
    streamRoutes(world);
    authorizationRoutes(world);
    brokenSpecRoutes(world);
  });
}
