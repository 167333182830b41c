import { aciAdapterOver } from "../../../src/adapters/aci/index.ts";
import type { AciApi } from "../../../src/adapters/aci/api.ts";
import { simulatedAciApi } from "../../../src/adapters/aci/simulator/api.ts";
import type { AciSimRules } from "../../../src/adapters/aci/simulator/rules.ts";
import type { Adapter } from "../../../src/adapters/adapter.ts";
import type { CloudPorts } from "../../../src/adapters/cloud-ports.ts";
import { createThrottle } from "../../../src/adapters/throttle.ts";
import { withKinds } from "../../../src/adapters/wrap.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { target, unit } from "../fixtures.ts";
import { type Subscription, subscription } from "./subscription.ts";

export const REGION = "westeurope";
export const PLACE = { provider: "aci", target: "here", region: REGION } as const;
/** A target's configuration, as a user sends it. */
export const CONFIG = {
  tenantId: "00000000-0000-0000-0000-00000000000a",
  clientId: "00000000-0000-0000-0000-00000000000b",
  subscriptionId: "00000000-0000-0000-0000-000000000001",
  resourceGroup: "berth",
  regions: [REGION],
};
/** The resource id of a managed identity. */
export const IDENTITY_ID =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/api";
/** What the tests' secrets hold; it may appear in requests to Azure and nowhere else. */
export const CANARY = "canary-c0ffee-do-not-tell";

export interface World {
  readonly cloud: Subscription;
  readonly ports: CloudPorts;
  readonly adapter: Adapter;
  readonly api: AciApi;
}

/** An adapter over a simulated subscription in this process. `api` wraps the way there. */
export function world(
  rules: Partial<AciSimRules> = {},
  options: {
    readonly ports?: Partial<CloudPorts>;
    readonly api?: (api: AciApi) => AciApi;
    readonly config?: object;
  } = {},
): World {
  const cloud = subscription(rules);
  const ports = portsOver(cloud, options.ports);
  const real = simulatedAciApi(CONFIG, ports, async (request, signal) => {
    signal.throwIfAborted();
    return await Promise.resolve(cloud.send(request));
  });
  const api = options.api?.(real) ?? real;
  const adapter = withKinds(aciAdapterOver(target("aci", { ...CONFIG, ...options.config }), ports, api));
  return { cloud, ports, adapter, api };
}

/** Ports on a subscription's clock, with a secret for every reference; waiting passes its time. */
export function portsOver(cloud: Subscription, over: Partial<CloudPorts> = {}): CloudPorts {
  const now = cloud.now;
  const sleep = async (ms: number) => {
    cloud.pass(ms);
    await Promise.resolve();
  };
  return testCloudPorts({
    now,
    sleep,
    throttle: createThrottle({ now, sleep }),
    secrets: async (_tenant, reference) => await Promise.resolve(`${CANARY} ${reference}`),
    ...over,
  });
}

/** Units whose size is one that Azure sells. */
export function aciUnit(number: number, changes: Partial<Unit> = {}): Unit {
  const shape = { milliCpu: 1_000, memoryMiB: 1_024, ephemeralStorageGiB: 50, arch: "amd64" } as const;
  return unit(number, PLACE, { shape, ...changes });
}
