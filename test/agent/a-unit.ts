import type { Template, Unit } from "../../src/domain/plan.ts";

/** A plain routed unit; what a test speaks of is laid over it. */
export function aUnit(
  over: Partial<Omit<Unit, "template">> & { readonly template?: Partial<Template> } = {},
): Unit {
  const { template, ...rest } = over;
  return {
    id: "u-web-1",
    name: "bq3zr5k2m4n6p7s8t9v2w3x4y",
    project: "shop",
    environment: "production",
    workload: "web",
    birth: 1,
    revision: "r1",
    place: { provider: "agents", target: "home", region: "home", host: "agent-1" },
    offer: "agents/home/agent-1",
    shape: { milliCpu: 250, memoryMiB: 128, ephemeralStorageGiB: 1, arch: "any" },
    billing: "own",
    ordinal: 0,
    attempt: 0,
    replicas: { min: 1, max: 1 },
    ...rest,
    template: {
      name: "web",
      kind: "service",
      image: "localhost/busybox:1",
      env: {},
      secrets: {},
      files: [],
      resources: { milliCpu: 250, memoryMiB: 64, ephemeralStorageGiB: 1, arch: "any" },
      ports: [],
      sidecars: [],
      volumes: [],
      stopGraceSeconds: 2,
      singleton: false,
      unreachable: "replace",
      labels: {},
      route: { port: 8080, protocol: "http1", access: "public" },
      health: { intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 2, startupSeconds: 20 },
      ...template,
    },
  };
}
