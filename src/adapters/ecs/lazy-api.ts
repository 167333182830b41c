import type { Target } from "../../store/instance.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { EcsApi } from "./api.ts";
import type { EcsConfig } from "./config.ts";

/** The SDK, loaded at the first call: most processes open no target of AWS, and its start takes a while. */
export function lazySdk(target: Target, config: EcsConfig, ports: CloudPorts): EcsApi {
  let loading: Promise<EcsApi> | undefined;
  const load = async () => {
    const { sdkApi } = await import("./sdk.ts");
    return sdkApi(target, config, ports);
  };
  return {
    async send(region, operation, input, call) {
      const begun = (loading ??= load());
      const api = await begun.catch((error: unknown) => {
        // What could not be loaded once is tried again with the next call.
        if (loading === begun) loading = undefined;
        throw error;
      });
      return await api.send(region, operation, input, call);
    },
  };
}
