import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FEATURES, type Feature } from "../../src/domain/feature.ts";
import { needsOf } from "../../src/domain/needs-of.ts";
import { parseSpec, specJsonSchema } from "../../src/domain/parse-spec.ts";
import { pathOf } from "../../src/domain/json-pointer.ts";
import { arbitrarySpec } from "./arbitraries.ts";

function needs(document: Readonly<Record<string, unknown>>) {
  const parsed = parseSpec({ name: "web", image: "nginx", ...document });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return needsOf(parsed.spec);
}

function demanded(document: Readonly<Record<string, unknown>>): readonly string[] {
  return needs(document).demands.map(({ feature, pointer }) => `${feature} ${pointer}`);
}

const service = { port: 80 };
const worker = { kind: "worker" };
const volume = (kind: string) => ({ ...service, volumes: [{ name: "v", path: "/v", size: "1Gi", kind }] });

/** For each feature a spec that asks for it, and the field that asks. `logs` is asked by a call, not by a spec. */
const ASKS: Readonly<
  Record<Exclude<Feature, "logs">, readonly [document: Readonly<Record<string, unknown>>, pointer: string]>
> = {
  service: [service, "/kind"],
  worker: [worker, "/kind"],
  job: [{ kind: "job" }, "/kind"],
  entrypoint: [{ ...service, entrypoint: ["sh"] }, "/entrypoint"],
  "args-alone": [{ ...service, args: ["serve"] }, "/args"],
  env: [{ ...service, env: { A: "1" } }, "/env"],
  secrets: [{ ...service, secrets: { A: "s" } }, "/secrets"],
  files: [{ ...service, files: [{ path: "/a", content: "" }] }, "/files/0"],
  "secret-files": [{ ...service, files: [{ path: "/a", secret: "s" }] }, "/files/0"],
  "large-ephemeral-storage": [
    { ...service, resources: { ephemeralStorage: "21Gi" } },
    "/resources/ephemeralStorage",
  ],
  arm64: [{ ...service, resources: { arch: "arm64" } }, "/resources/arch"],
  gpu: [{ ...service, resources: { gpu: { type: "l4" } } }, "/resources/gpu"],
  http1: [service, "/route/protocol"],
  h2c: [{ route: { port: 1, protocol: "h2c" } }, "/route/protocol"],
  grpc: [{ route: { port: 1, protocol: "grpc" } }, "/route/protocol"],
  "public-access": [service, "/route/access"],
  "private-access": [{ route: { port: 1, access: "private" } }, "/route/access"],
  "custom-hosts": [{ route: { port: 1, hosts: ["a.example.com"] } }, "/route/hosts"],
  "sticky-sessions": [{ route: { port: 1, sticky: true } }, "/route/sticky"],
  "tcp-ports": [{ ...service, ports: [{ name: "m", port: 9 }] }, "/ports/0"],
  "udp-ports": [{ ...service, ports: [{ name: "m", port: 9, protocol: "udp" }] }, "/ports/0"],
  "http-health": [{ ...service, health: { path: "/" } }, "/health/path"],
  "grpc-health": [{ route: { port: 1, protocol: "grpc" }, health: { grpc: "" } }, "/health/grpc"],
  "alive-health": [{ ...worker, health: { aliveSeconds: 5 } }, "/health/aliveSeconds"],
  autoscale: [{ ...service, scale: { max: 2 } }, "/scale"],
  "scale-to-zero": [{ ...service, scale: { min: 0 } }, "/scale/min"],
  "before-hooks": [{ ...service, before: [{ name: "m" }] }, "/before/0"],
  sidecars: [{ ...service, sidecars: [{ name: "p", image: "x" }] }, "/sidecars/0"],
  "scratch-volumes": [volume("scratch"), "/volumes/0"],
  "disk-volumes": [volume("disk"), "/volumes/0"],
  "share-volumes": [volume("share"), "/volumes/0"],
  "numeric-user": [{ ...service, user: 1_000 }, "/user"],
  "named-user": [{ ...service, user: "www-data" }, "/user"],
  "working-dir": [{ ...service, workingDir: "/app" }, "/workingDir"],
  "long-stop-grace": [{ ...service, stopGraceSeconds: 11 }, "/stopGraceSeconds"],
  singleton: [{ ...service, singleton: true }, "/singleton"],
  fencing: [{ ...service, unreachable: "fence" }, "/unreachable"],
  schedule: [{ kind: "job", job: { schedule: "0 3 * * *" } }, "/job/schedule"],
  canary: [{ ...service, rollout: { strategy: "canary" } }, "/rollout/strategy"],
  "data-gravity": [{ ...service, talksTo: [{ workload: "api" }] }, "/talksTo"],
  "start-order": [{ ...service, after: ["api"] }, "/after"],
};

test.each(Object.entries(ASKS))(
  "a spec can ask for %s, and the field that asks is named",
  (feature, [document, pointer]) => {
    expect(demanded(document)).toContain(`${feature} ${pointer}`);
  },
);

test("every feature but logs is asked for by some spec", () => {
  expect(Object.keys(ASKS).sort()).toEqual(FEATURES.filter((feature) => feature !== "logs").sort());
});

/** Fields that no place is asked for by a demand, and who reads them instead. `needs`: they are in `Needs` itself. */
const READ_ELSEWHERE: Readonly<Record<string, string>> = {
  name: "needs",
  image: "needs",
  port: "needs, as route/port",
  "resources/cpu": "needs",
  "resources/memory": "needs",
  "route/port": "needs",
  "route/timeoutSeconds": "needs",
  "route/maxBodyMiB": "needs",
  "scale/max": "needs",
  "scale/concurrency": "needs",
  "scale/cpuPercent": "needs",
  usage: "needs",
  labels: "needs",
  "health/intervalSeconds": "the prober",
  "health/timeoutSeconds": "the prober",
  "health/failureThreshold": "the prober",
  "health/startupSeconds": "the prober",
  priority: "the plan",
  "rollout/percents": "the plan",
  "rollout/bakeSeconds": "the plan",
  "rollout/deadlineSeconds": "the plan",
  "rollout/order": "the plan",
  "rollout/onFailure": "the plan",
  "job/retries": "the broker, which tries again itself",
  "job/timeoutSeconds": "the broker, which ends attempts itself",
  "job/parallelism": "needs, as scale",
  "job/timeZone": "the broker, with the schedule",
  "job/overlap": "the broker, with the schedule",
  "job/retryUnknown": "the broker",
  policy: "the policy",
  "x-ecs": "the ECS adapter alone",
  "x-aci": "the ACI adapter alone",
  "x-cloud-run": "the Cloud Run adapter alone",
};

test("no field of a spec is accepted and then ignored: each asks a place, or has a known reader", () => {
  const asking = Object.values(ASKS).map(([, pointer]) =>
    pathOf(pointer)
      .filter((part) => !/^\d+$/.test(part))
      .join("/"),
  );
  const read = [...asking, ...Object.keys(READ_ELSEWHERE)];
  const fields = leavesOf(specJsonSchema());
  expect(fields.filter((field) => !read.some((one) => `${field}/`.startsWith(`${one}/`)))).toEqual([]);
  expect(read.filter((one) => !fields.some((field) => `${field}/`.startsWith(`${one}/`)))).toEqual([]);
});

/** Every field of a JSON schema without fields below it, as `health/path`; items of lists stand under the list's name. */
function leavesOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties, items, anyOf } = schema as {
    properties?: object;
    items?: unknown;
    anyOf?: readonly unknown[];
  };
  if (properties === undefined) return [items, ...(anyOf ?? [])].flatMap((one) => leavesOf(one));
  return Object.entries(properties).flatMap(([name, field]) => {
    const below = leavesOf(field);
    return below.length === 0 ? [name] : below.map((leaf) => `${name}/${leaf}`);
  });
}

test("a plain service asks for nothing but its kind and its route", () => {
  expect(demanded(service)).toEqual([
    "service /kind",
    "http1 /route/protocol",
    "public-access /route/access",
  ]);
});

test("args with an entrypoint do not stand alone, in containers, hooks and sidecars", () => {
  const part = { name: "p", image: "x", entrypoint: ["a"], args: ["b"] };
  const own = {
    ...service,
    entrypoint: ["sh"],
    args: ["-c"],
    before: [{ name: "m", args: ["up"] }],
    sidecars: [part],
  };
  expect(demanded(own).filter((demand) => demand.startsWith("args-alone"))).toEqual([]);
  const bare = {
    ...service,
    before: [
      { name: "m", args: ["up"] },
      { name: "n", entrypoint: ["x"], args: ["y"] },
    ],
  };
  expect(demanded(bare)).toEqual(
    expect.arrayContaining(["args-alone /before/0/args", "entrypoint /before/1/entrypoint"]),
  );
  expect(demanded(bare)).not.toContain("args-alone /before/1/args");
});

test("a user given as uid and gid is numeric", () => {
  expect(demanded({ ...service, user: "1000:1000" })).toContain("numeric-user /user");
});

test("sizes are the sum of all containers, and every registry is named", () => {
  const sidecars = [{ name: "p", image: "ghcr.io/acme/proxy", resources: { cpu: "250m", memory: "128Mi" } }];
  const found = needs({ ...service, resources: { cpu: 1, memory: "1Gi" }, sidecars });
  expect(found).toMatchObject({ milliCpu: 1_250, memoryMiB: 1_152, containers: 2, registry: "docker.io" });
  expect(found.registries).toEqual(["docker.io", "ghcr.io"]);
  expect(found.sizes).toEqual([
    { name: found.workload, milliCpu: 1_000, memoryMiB: 1_024 },
    { name: "p", milliCpu: 250, memoryMiB: 128 },
  ]);
  expect(needs(service).sizes).toBeUndefined();
});

test("needs are never smaller than the main container, and each demand points into the document", () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      const found = needsOf(spec);
      expect(found.milliCpu).toBeGreaterThanOrEqual(spec.resources.milliCpu);
      expect(found.memoryMiB).toBeGreaterThanOrEqual(spec.resources.memoryMiB);
      for (const { pointer } of found.demands) expect(Object.keys(spec)).toContain(pathOf(pointer)[0]);
    }),
  );
});
