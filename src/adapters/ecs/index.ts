import { CLOUD_FEATURES } from "../../catalog/cloud-offers.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Target } from "../../store/instance.ts";
import type { Adapter } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { refuseEndpoints } from "../config.ts";
import type { EcsApi } from "./api.ts";
import { applyUnit } from "./apply.ts";
import { checkTarget } from "./check.ts";
import { cloudOver } from "./cloud.ts";
import { type EcsConfig, parseEcsConfig, regionIn } from "./config.ts";
import { destroyUnit } from "./destroy.ts";
import { lazySdk } from "./lazy-api.ts";
import { unitLogs } from "./logs.ts";
import { observeAll } from "./observe.ts";
import { ecsOffers } from "./offers.ts";
import { trustDocuments } from "./permissions.ts";
import { renderDocument } from "./render/document.ts";
import { runVerbs } from "./runs.ts";

/** A target of Amazon ECS on Fargate, over the official SDK. Throws `Fault` when its configuration does not parse. */
export function ecsAdapter(target: Target, ports: CloudPorts): Adapter {
  const config = opened(target, ports);
  return adapterOver(target, config, ports, lazySdk(target, config, ports));
}

/** The same over another way to reach AWS, such as its simulator. */
export function ecsAdapterOver(target: Target, ports: CloudPorts, api: EcsApi): Adapter {
  return adapterOver(target, opened(target, ports), ports, api);
}

function opened(target: Target, ports: CloudPorts): EcsConfig {
  const config = parseEcsConfig(target.config);
  refuseEndpoints(Object.keys(config.endpoints).length > 0, ports.allowCustomEndpoints);
  return config;
}

function adapterOver(target: Target, config: EcsConfig, ports: CloudPorts, api: EcsApi): Adapter {
  const cloud = cloudOver(target, config, ports, api);
  return {
    contract: "adapter/v1",
    provider: "ecs",
    features: CLOUD_FEATURES.ecs,
    offers: (needs, call) => ecsOffers(cloud, needs, call),
    render: (unit): unknown => JSON.parse(JSON.stringify(renderDocument(unit, config))),
    apply: (unit, call) => applyUnit(cloud, unit, call),
    observe: (known, call) => observeAll(cloud, known, call),
    destroy: (ref, call) => destroyUnit(cloud, ref, call),
    async logs(ref, query, call) {
      const region = ref.region === undefined ? config.regions[0] : regionIn(config, ref.region);
      if (region === undefined)
        throw new AdapterError("invalid", `The target does not name the region of ${ref.name} any more.`);
      return await unitLogs(cloud, region, ref, query, call);
    },
    runs: runVerbs(cloud),
    check: (call) => checkTarget(cloud, call),
    trust: (subject) => trustDocuments(config, subject),
    audience: config.partition.audience,
  };
}
