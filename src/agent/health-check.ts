import type { Template } from "../domain/plan.ts";

/** How a container of this template is found healthy. */
export type HealthCheck =
  | { readonly kind: "http"; readonly port: number; readonly path: string; readonly http2: boolean }
  | { readonly kind: "grpc"; readonly port: number; readonly service: string }
  | { readonly kind: "tcp"; readonly port: number }
  | { readonly kind: "alive"; readonly aliveMs: number };

/** What one check found. `because` is a sentence for the user. */
export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly because: string };

/** How long a container without any check must run before it counts as healthy, ms. */
const ALIVE_MS = 3_000;

/** The check a template asks for; a routed container without one is healthy when its port takes a connection. */
export function healthCheckOf({
  health,
  route,
  ports,
}: Pick<Template, "health" | "route" | "ports">): HealthCheck {
  const port = route?.port ?? ports[0]?.port;
  if (health.path !== undefined && port !== undefined) {
    return {
      kind: "http",
      port,
      path: health.path,
      http2: route !== undefined && route.protocol !== "http1",
    };
  }
  if (health.grpc !== undefined && port !== undefined) return { kind: "grpc", port, service: health.grpc };
  if (health.aliveSeconds !== undefined) return { kind: "alive", aliveMs: health.aliveSeconds * 1000 };
  if (route !== undefined) return { kind: "tcp", port: route.port };
  return { kind: "alive", aliveMs: ALIVE_MS };
}

/** Where a check goes: the same address that traffic takes. */
export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}
