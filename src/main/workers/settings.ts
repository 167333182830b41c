import { Fault } from "../../domain/fault.ts";
import type { Settings } from "./bindings.ts";

/** Which hosts are whose. */
export interface Hosts {
  /** Wildcard domain of the gateway. */
  readonly domain: string | undefined;
  readonly api: ReadonlySet<string>;
}

/** The hosts in the settings. Throws `unavailable` with the variable's name when one is no host. */
export function hostsIn(env: Settings): Hosts {
  const [domain, ...more] = listed(env.BERTH_GATEWAY_DOMAIN);
  const api = listed(env.BERTH_API_HOSTS);
  if (more.length > 0 || (domain !== undefined && !HOST.test(domain)))
    throw new Fault(
      "unavailable",
      "BERTH_GATEWAY_DOMAIN is no domain name; say one such as apps.example.com.",
    );
  const wrong = api.find((host) => !HOST.test(host));
  if (wrong !== undefined)
    throw new Fault(
      "unavailable",
      "BERTH_API_HOSTS names no hosts; say such as berth.example.com, with commas between.",
    );
  return { domain, api: new Set(api) };
}

/**
 * Whether a host is the gateway's. A route may claim any host, so where custom hosts are served the API's own are named in
 * the settings: no route can ever take them.
 */
export function isGatewayHost({ domain, api }: Hosts, host: string): boolean {
  if (api.has(host)) return false;
  return api.size > 0 || (domain !== undefined && host.endsWith(`.${domain}`));
}

const HOST = /^(?=.{1,190}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

const listed = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .toLowerCase()
    .split(",")
    .map((host) => host.trim())
    .filter((host) => host !== "");
