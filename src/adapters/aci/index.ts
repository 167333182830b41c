import { CLOUD_FEATURES } from "../../catalog/cloud-offers.ts";
import type { Target } from "../../store/instance.ts";
import type { Adapter } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { refuseEndpoints } from "../config.ts";
import { loadOnce } from "../load-once.ts";
import type { AciApi } from "./api.ts";
import { applyUnit } from "./apply.ts";
import { checkTarget } from "./check.ts";
import { type AciConfig, parseAciConfig } from "./config.ts";
import type { AciContext } from "./context.ts";
import { azureToken } from "./credentials.ts";
import { destroyUnit } from "./destroy.ts";
import { logsOf } from "./logs.ts";
import { observeAll } from "./observe.ts";
import { offersOf } from "./offers.ts";
import { trustDocuments } from "./permissions.ts";
import { renderUnit } from "./render/render.ts";
import { runVerbs } from "./runs.ts";
import { forgetUnit, sightMemory } from "./sight-memory.ts";

/** A subscription of Azure Container Instances over the official SDK. Throws `Fault` when the target's config does not parse. */
export function aciAdapter(target: Target, ports: CloudPorts): Adapter {
  const config = openedConfig(target, ports);
  const token = azureToken(target, config, ports);
  // Loaded at first use: whoever only reads the registry does not pay for a vendor's SDK.
  const load = loadOnce(async () => (await import("./sdk.ts")).aciSdk(config, ports, token));
  return over(target, config, ports, token, load);
}

/** The same over any way to reach the API. */
export function aciAdapterOver(target: Target, ports: CloudPorts, api: AciApi): Adapter {
  const config = openedConfig(target, ports);
  return over(
    target,
    config,
    ports,
    azureToken(target, config, ports),
    async () => await Promise.resolve(api),
  );
}

function over(
  target: Target,
  config: AciConfig,
  ports: CloudPorts,
  token: ReturnType<typeof azureToken>,
  load: () => Promise<AciApi>,
): Adapter {
  const memory = sightMemory();
  const open = async (): Promise<AciContext> => ({
    api: await load(),
    config,
    target: target.name,
    ports,
    memory,
  });
  // However it ends, what is remembered of the unit may not be so any more.
  const changing = async <T>(unit: { readonly name: string }, run: (context: AciContext) => Promise<T>) => {
    try {
      return await run(await open());
    } finally {
      forgetUnit(memory, unit.name);
    }
  };
  return {
    contract: "adapter/v1",
    provider: "aci",
    features: CLOUD_FEATURES.aci,
    offers: async (needs, call) => await offersOf(await open(), needs, call),
    render: renderUnit,
    apply: async (unit, call) =>
      await changing(unit, async (context) => await applyUnit(context, unit, call)),
    observe: async (known, call) => await observeAll(await open(), known, call),
    destroy: async (ref, call) =>
      await changing(ref, async (context) => await destroyUnit(context, ref, call)),
    logs: async (ref, query, call) => await logsOf(await open(), ref, query, call),
    runs: runVerbs(open),
    check: async (call) => await checkTarget({ target, config, ports, token, api: await load() }, call),
    trust: (subject) => trustDocuments(target, config, subject),
    audience: config.cloud.audience,
  };
}

function openedConfig(target: Target, { allowCustomEndpoints }: CloudPorts): AciConfig {
  const config = parseAciConfig(target.config);
  refuseEndpoints(config.customEndpoints, allowCustomEndpoints);
  return config;
}
