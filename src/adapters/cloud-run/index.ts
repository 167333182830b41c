import { featuresOf } from "../../catalog/features/capability.ts";
import { CLOUD_RUN_CAPABILITIES } from "../../catalog/features/cloud-run.ts";
import type { Target } from "../../store/instance.ts";
import type { Adapter } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { refuseEndpoints } from "../config.ts";
import type { CloudRunApi } from "./api.ts";
import { applyUnit } from "./apply.ts";
import { type Bench, rememberCreations } from "./bench.ts";
import { checkTarget } from "./check.ts";
import { type CloudRunConfig, parseCloudRunConfig } from "./config.ts";
import { audienceOf, googleToken } from "./credentials.ts";
import { destroyUnit } from "./destroy.ts";
import { identityTokens } from "./identity.ts";
import { onFirstUse } from "./lazy-api.ts";
import { loginRefusals } from "./logins.ts";
import { logStream } from "./logs.ts";
import { observeTarget } from "./observe.ts";
import { cloudRunOffers } from "./offers.ts";
import { trustDocuments } from "./permissions.ts";
import { planned } from "./planned.ts";
import { resourceNameOf } from "./render/documents.ts";
import { restOver } from "./rest.ts";
import { cloudRunRuns } from "./runs.ts";
import { rememberSeen } from "./seen.ts";
import { rememberTryReads } from "./try-reads.ts";

/** A Google Cloud project that Cloud Run runs things in. Throws `Fault` when its config does not parse or names endpoints it may not. */
export function cloudRunAdapter(target: Target, ports: CloudPorts): Adapter {
  const config = parseCloudRunConfig(target.config);
  refuseEndpoints(Object.keys(config.endpoints).length > 0, ports.allowCustomEndpoints);
  const token = googleToken(target, config, ports);
  const adapter = cloudRunAdapterOver(target, ports, {
    run: onFirstUse(async () => (await import("./sdk.ts")).runApiOverSdk(config, ports, token)),
    rest: restOver(config, ports, token),
  });
  return { ...adapter, identityToken: identityTokens(target, config, ports) };
}

/** The same over any Google: the official client, or a simulated one. */
export function cloudRunAdapterOver(target: Target, ports: CloudPorts, api: CloudRunApi): Adapter {
  const config = parseCloudRunConfig(target.config);
  const bench = benchOf(target.id, config, ports, api);
  const { project } = target;
  return {
    contract: "adapter/v1",
    provider: "cloud-run",
    features: featuresOf(CLOUD_RUN_CAPABILITIES),
    async offers(needs, call) {
      // Where the target is everybody's, nobody is named here who could keep a login: it is looked for when a unit is made.
      const refusals =
        project === undefined
          ? []
          : await loginRefusals(bench, { project, environment: "" }, needs.registries, call);
      return cloudRunOffers(target.name, config, needs, call.book ?? ports.book(), refusals);
    },
    render: (unit) => {
      const { document, secrets } = planned(unit, config, MARK_OF_RENDER);
      const { collection, region, id } = resourceNameOf(unit);
      return { [collection]: { region, id, document }, secretManager: secrets.secrets };
    },
    apply: (unit, call) => applyUnit(bench, unit, call),
    observe: (known, call) => observeTarget(bench, known, call),
    destroy: (ref, call) => destroyUnit(bench, ref, call),
    logs: (ref, query, call) => logStream(bench, { id: ref.name, container: ref.workload }, query, call),
    runs: cloudRunRuns(bench),
    check: (call) => checkTarget(target, config, ports, api, call),
    trust: (subject) => trustDocuments(config, subject),
    audience: audienceOf(config),
  };
}

// Rendering is pure and does not know the installation; what is sent carries its id and epoch in these two places.
const MARK_OF_RENDER = { id: "installation", epoch: 0 };

function benchOf(target: string, config: CloudRunConfig, ports: CloudPorts, api: CloudRunApi): Bench {
  const owner = () => ports.installation();
  return {
    target,
    config,
    api,
    now: ports.now,
    sleep: ports.sleep,
    owner,
    logins: ports.registries,
    secrets: async () => ({ rest: api.rest, config, read: ports.secrets, owner: await owner() }),
    creations: rememberCreations(api),
    seen: rememberSeen(),
    tryReads: rememberTryReads(),
  };
}
