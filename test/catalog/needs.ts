import type { Needs } from "../../src/domain/needs.ts";

/** A small web service that any cloud takes. */
export function aService(changes: Partial<Needs> = {}): Needs {
  return {
    workload: "web",
    kind: "service",
    milliCpu: 500,
    memoryMiB: 512,
    ephemeralStorageGiB: 20,
    arch: "amd64",
    scale: { min: 1, max: 4 },
    route: {
      port: 8080,
      protocol: "http1",
      access: "public",
      hosts: [],
      sticky: false,
      timeoutSeconds: 60,
      maxBodyMiB: 32,
    },
    demands: [
      { feature: "service", pointer: "/kind" },
      { feature: "http1", pointer: "/route/protocol" },
      { feature: "autoscale", pointer: "/scale" },
    ],
    containers: 1,
    stopGraceSeconds: 10,
    registry: "ghcr.io",
    registries: ["ghcr.io"],
    usage: {},
    talksTo: [],
    labels: {},
    ...changes,
  };
}

/** The same with no route: it does work, nobody calls it. */
export function aWorker(changes: Partial<Needs> = {}): Needs {
  return aService({
    kind: "worker",
    route: undefined,
    demands: [{ feature: "worker", pointer: "/kind" }],
    ...changes,
  });
}
