import { isLoopback, type Reach } from "../images/reach.ts";

/** The variables that say where registries may be, on Node and on Workers. */
export interface RegistryVariables {
  readonly BERTH_ALLOW_PRIVATE_REGISTRIES?: string | undefined;
}

/**
 * Where this instance asks registries, and a sentence for a variable that does not say it. `isLocal`: only this machine reaches the broker;
 * it then asks registries on this machine unless the variable says 0.
 */
export function parseRegistryReach(
  env: RegistryVariables,
  isLocal: boolean,
): { readonly reach: Reach; readonly problems: readonly string[] } {
  const allow = env.BERTH_ALLOW_PRIVATE_REGISTRIES ?? "";
  const problems = ["", "0", "1"].includes(allow)
    ? []
    : [
        `BERTH_ALLOW_PRIVATE_REGISTRIES is ${JSON.stringify(allow)}; say 1 to ask registries in private networks, or 0 not to.`,
      ];
  return {
    reach: { private: allow === "1", loopback: allow === "1" || (allow === "" && isLocal) },
    problems,
  };
}

/** Whether nobody but this machine is served: it listens here only, and says no address by which others come. */
export function isLocalBroker(broker: {
  readonly host: string;
  readonly gatewayDomain: string | undefined;
  readonly gatewayUrl: string | undefined;
}): boolean {
  const listensHere = isLoopback(broker.host.includes(":") ? `[${broker.host}]` : broker.host);
  return listensHere && broker.gatewayDomain === undefined && broker.gatewayUrl === undefined;
}
