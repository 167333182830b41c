import type { Needs } from "../../src/domain/needs.ts";
import type { Template, Unit } from "../../src/domain/plan.ts";
import type { Place } from "../../src/domain/place.ts";
import type { Target } from "../../src/store/instance.ts";
import { unitName } from "../../src/domain/unit-id.ts";
import { aService } from "../catalog/needs.ts";

/** A small web service's template. */
export function template(changes: Partial<Template> = {}): Template {
  return {
    name: "web",
    kind: "service",
    image: "ghcr.io/acme/web:1.4",
    env: { LOG_LEVEL: "info" },
    secrets: { DATABASE_URL: "db-url@3" },
    files: [{ path: "/etc/app/app.yaml", content: "a: 1" }],
    resources: { milliCpu: 250, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "any" },
    route: { port: 8080, protocol: "http1", access: "public" },
    ports: [],
    health: {
      path: "/healthz",
      intervalSeconds: 10,
      timeoutSeconds: 2,
      failureThreshold: 3,
      startupSeconds: 60,
    },
    sidecars: [],
    volumes: [{ name: "tmp", path: "/tmp/work", sizeGiB: 1, kind: "scratch" }],
    stopGraceSeconds: 30,
    singleton: false,
    unreachable: "replace",
    labels: { team: "shop" },
    ...changes,
  };
}

/** A unit at a place; every number makes another one. */
export function unit(number: number, place: Place, changes: Partial<Unit> = {}): Unit {
  const id = number.toString(16).padStart(4, "0").repeat(10);
  return {
    id,
    name: unitName(id),
    project: "p1",
    environment: "production",
    workload: "web",
    birth: 1,
    revision: "abcdef0123456789",
    place,
    offer: "offer",
    shape: { milliCpu: 250, memoryMiB: 512, ephemeralStorageGiB: 20, arch: "any" },
    billing: place.provider === "agents" ? "own" : "on-demand",
    ordinal: 0,
    attempt: 0,
    replicas: { min: 2, max: 2 },
    template: template(),
    ...changes,
  };
}

/** What a small web service needs. */
export function needs(changes: Partial<Needs> = {}): Needs {
  return aService({
    milliCpu: 250,
    arch: "any",
    scale: { min: 1, max: 2 },
    demands: [
      { feature: "service", pointer: "/kind" },
      { feature: "http1", pointer: "/route/protocol" },
    ],
    ...changes,
  });
}

/** A stored target. */
export function target(
  kind: Target["kind"],
  config: Target["config"],
  changes: Partial<Target> = {},
): Target {
  return {
    id: `tgt_${kind}`,
    project: "p1",
    name: "here",
    kind,
    config,
    version: 1,
    createdAt: START,
    ...changes,
  };
}

/** When every test's clock begins: 2026-11-23T00:00:00Z. */
export const START = Date.UTC(2026, 10, 23);

/** A clock that stands still until it is told to go on. */
export function clock() {
  let now = START;
  return {
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
  };
}

/** A call that nobody ends. */
export const call = () => ({ signal: new AbortController().signal });
