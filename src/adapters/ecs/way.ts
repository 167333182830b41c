import type { Needs } from "../../domain/needs.ts";
import type { Unit } from "../../domain/plan.ts";
import type { EcsConfig } from "./config.ts";

/**
 * How a unit stands on ECS: `express` is a service behind the balancer of Express Mode, with an HTTPS URL; `service` is one
 * reached at its tasks' own addresses, or not at all; `job` is a task for each try.
 */
export type Way = "express" | "service" | "job";

interface Traits {
  readonly kind: Needs["kind"];
  readonly protocol: string | undefined;
  readonly hasHealthPath: boolean;
  readonly hasPorts: boolean;
  readonly singleton: boolean;
  readonly arm: boolean;
  readonly spot: boolean;
}

/** The way of a unit that was decided. The same rule as `wayOfNeeds`, so that an offer says what is then done. */
export function wayOfUnit(unit: Unit, config: EcsConfig): Way {
  const { template, shape, billing } = unit;
  return wayOf(config, {
    kind: template.kind,
    protocol: template.route?.protocol,
    hasHealthPath: template.health.path !== undefined,
    hasPorts: template.ports.length > 0,
    singleton: template.singleton,
    arm: shape.arch === "arm64",
    spot: billing === "spot",
  });
}

/** The way a workload with these needs would stand, in one size and billing. */
export function wayOfNeeds(
  needs: Needs,
  variant: { readonly arm: boolean; readonly spot: boolean },
  config: EcsConfig,
): Way {
  const asks = (feature: string) => needs.demands.some((demand) => demand.feature === feature);
  return wayOf(config, {
    kind: needs.kind,
    protocol: needs.route?.protocol,
    hasHealthPath: asks("http-health"),
    hasPorts: asks("tcp-ports") || asks("udp-ports"),
    singleton: asks("singleton"),
    ...variant,
  });
}

/**
 * Express Mode takes one TCP port mapping (Amazon ECS API, CreateExpressGatewayService, taskDefinitionArn), has neither ARM64 nor
 * Spot, and its balancer asks a path, which must answer 200: without one of the spec's own it would ask `/ping`. It has no way to say
 * that two tasks may never run at once.
 */
function wayOf(config: EcsConfig, traits: Traits): Way {
  if (traits.kind === "job") return "job";
  const { protocol, hasHealthPath, hasPorts, singleton, arm, spot } = traits;
  const fits = protocol === "http1" && hasHealthPath && !hasPorts && !singleton && !arm && !spot;
  return fits && config.roles.infrastructure !== undefined ? "express" : "service";
}
