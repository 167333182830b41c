import { gatewayLabel } from "../domain/name.ts";
import type { RouteSpec } from "../domain/spec.ts";
import type { GatewayAddress } from "./ports.ts";

/** The hosts a workload answers under: its own label under the gateway's domain, and the hosts its spec names. */
export function gatewayHosts(
  gateway: Pick<GatewayAddress, "domain">,
  names: { readonly project: string; readonly environment: string; readonly workload: string },
  route: RouteSpec,
): readonly string[] {
  if (gateway.domain === undefined) return route.hosts;
  const label = gatewayLabel(names.workload, names.environment, names.project);
  return [`${label}.${gateway.domain}`, ...route.hosts];
}

/** The URL a person opens: by host where a domain is set, by path otherwise. */
export function publicUrl(
  gateway: GatewayAddress,
  names: { readonly project: string; readonly environment: string; readonly workload: string },
): string | undefined {
  if (gateway.domain !== undefined)
    return `https://${gatewayLabel(names.workload, names.environment, names.project)}.${gateway.domain}`;
  if (gateway.pathBase === undefined) return undefined;
  return `${gateway.pathBase}/${names.project}/${names.environment}/${names.workload}/`;
}
