import type { Ports } from "../broker/ports.ts";
import { agentEndpoints } from "./agents.ts";
import { automationEndpoints } from "./automation.ts";
import { billEndpoints } from "./bills.ts";
import { budgetEndpoints } from "./budgets.ts";
import { catalogEndpoints } from "./catalog.ts";
import { changeWrites } from "./changes-write.ts";
import { costEndpoints } from "./costs.ts";
import type { Endpoint } from "./define.ts";
import { edgeEndpoints } from "./edge.ts";
import { environmentEndpoints } from "./environments.ts";
import { exceptionEndpoints } from "./exceptions.ts";
import { issuerEndpoints } from "./issuer.ts";
import { logReads } from "./logs.ts";
import { moveWrites } from "./moves.ts";
import { openapi, type OpenApi } from "./openapi.ts";
import { overrideWrites } from "./overrides.ts";
import { planDecisions } from "./plans-decide.ts";
import { planWrites } from "./plans-write.ts";
import { policyEndpoints } from "./policies.ts";
import { simulateEndpoints } from "./policies-simulate.ts";
import { priceEndpoints } from "./prices.ts";
import { projectEndpoints } from "./projects.ts";
import { receiptEndpoints } from "./receipts.ts";
import { registryEndpoints } from "./registries.ts";
import { referenceEndpoints } from "./reference.ts";
import { runWrites } from "./runs.ts";
import { targetEndpoints } from "./targets.ts";
import { tokenEndpoints } from "./tokens.ts";
import { workloadWrites } from "./workloads-write.ts";
import { secretEndpoints } from "./secrets.ts";

/** The whole API, in the order in which the reference shows it. */
export const allEndpoints: readonly Endpoint<Ports>[] = [
  ...planWrites,
  ...planDecisions,
  ...changeWrites,
  ...edgeEndpoints,
  ...receiptEndpoints,
  ...workloadWrites,
  ...moveWrites,
  ...overrideWrites,
  ...automationEndpoints,
  ...exceptionEndpoints,
  ...runWrites,
  ...logReads,
  ...policyEndpoints,
  ...simulateEndpoints,
  ...targetEndpoints,
  ...issuerEndpoints,
  ...agentEndpoints,
  ...environmentEndpoints,
  ...secretEndpoints,
  ...projectEndpoints,
  ...tokenEndpoints,
  ...registryEndpoints,
  ...catalogEndpoints,
  ...priceEndpoints,
  ...costEndpoints,
  ...billEndpoints,
  ...budgetEndpoints,
  ...referenceEndpoints(apiDocument),
];

/** The OpenAPI document of the whole API; made once, when it is first asked for. */
export function apiDocument(): OpenApi {
  made ??= openapi(allEndpoints);
  return made;
}

let made: OpenApi | undefined;
