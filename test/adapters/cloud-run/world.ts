import type { Adapter } from "../../../src/adapters/adapter.ts";
import type { CloudRunApi } from "../../../src/adapters/cloud-run/api.ts";
import { cloudRunAdapterOver } from "../../../src/adapters/cloud-run/index.ts";
import { simulatedCloudRunApi } from "../../../src/adapters/cloud-run/simulator/api.ts";
import type { ProjectRules } from "../../../src/adapters/cloud-run/simulator/state.ts";
import type { CloudPorts } from "../../../src/adapters/cloud-ports.ts";
import { createThrottle } from "../../../src/adapters/throttle.ts";
import { withKinds } from "../../../src/adapters/wrap.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { target } from "../fixtures.ts";
import { type Project, project } from "./project.ts";
import { assertionOf, CONFIG, PROJECT } from "./settings.ts";

/** What the tests' secrets hold; it may appear in Secret Manager's requests and nowhere else. */
export const CANARY = "canary-c0ffee-do-not-tell";

export interface World {
  readonly google: Project;
  readonly ports: CloudPorts;
  readonly adapter: Adapter;
  readonly api: CloudRunApi;
}

/** An adapter over a simulated project in this process. `api` wraps the way there. */
export function world(
  rules: Partial<ProjectRules> = {},
  options: {
    readonly ports?: Partial<CloudPorts>;
    readonly api?: (api: CloudRunApi) => CloudRunApi;
    readonly config?: object;
    readonly google?: Project;
  } = {},
): World {
  const google = options.google ?? project(rules);
  const ports = portsOver(google, options.ports);
  const real = simulatedCloudRunApi(PROJECT, ports, async (request, { signal }) => {
    signal.throwIfAborted();
    return await Promise.resolve(google.send(request));
  });
  const api = options.api?.(real) ?? real;
  const row = target("cloud-run", { ...CONFIG, ...options.config });
  return { google, ports, api, adapter: withKinds(cloudRunAdapterOver(row, ports, api)) };
}

/** Ports on a project's clock, with a secret for every reference; waiting passes its time. */
export function portsOver(google: Project, over: Partial<CloudPorts> = {}): CloudPorts {
  const { now } = google;
  const sleep = async (ms: number) => {
    google.pass(ms);
    await Promise.resolve();
  };
  return testCloudPorts({
    now,
    sleep,
    throttle: createThrottle({ now, sleep }),
    secrets: async (_tenant, reference) => `${CANARY} ${reference}`,
    assertion: async ({ id }) => assertionOf(`berth:p1:${id}`),
    ...over,
  });
}
