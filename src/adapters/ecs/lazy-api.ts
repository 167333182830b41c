import type { Target } from "../../store/instance.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { loadOnce } from "../load-once.ts";
import type { EcsApi } from "./api.ts";
import type { EcsConfig } from "./config.ts";

/** The SDK, loaded at the first call: most processes open no target of AWS, and its start takes a while. */
export function lazySdk(target: Target, config: EcsConfig, ports: CloudPorts): EcsApi {
  return lazyApi(async () => {
    const { sdkApi } = await import("./sdk.ts");
    return sdkApi(target, config, ports);
  });
}

/** A port that is loaded at its first call, and once more at the next where that failed. */
export function lazyApi(load: () => Promise<EcsApi>): EcsApi {
  const loaded = loadOnce(load);
  return {
    send: async (region, operation, input, call) =>
      await (await loaded()).send(region, operation, input, call),
  };
}
