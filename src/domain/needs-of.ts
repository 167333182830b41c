import type { Demand, Feature } from "./feature.ts";
import { registryOf } from "./image.ts";
import type { NamedSize, Needs } from "./needs.ts";
import { runTimeOf } from "./run-time-of.ts";
import type { BeforeHook, RouteSpec, Sidecar, Spec } from "./spec.ts";

/** What every cloud gives a container to stop in, unasked: Cloud Run's fixed 10 s is the least. */
const COMMON_STOP_GRACE_SECONDS = 10;
/** What Fargate gives without `ephemeralStorage` (platform-rules, section 1); asking more is a demand. */
const COMMON_EPHEMERAL_STORAGE_GIB = 20;

/** The part of a spec that a place must satisfy, and each field that asks for more than size. */
export function needsOf(spec: Spec): Needs {
  const containers = [spec, ...spec.sidecars];
  return {
    workload: spec.name,
    kind: spec.kind,
    milliCpu: containers.reduce((sum, { resources }) => sum + resources.milliCpu, 0),
    memoryMiB: containers.reduce((sum, { resources }) => sum + resources.memoryMiB, 0),
    sizes: containers.length === 1 ? undefined : containers.map(sizeOf),
    ephemeralStorageGiB: spec.resources.ephemeralStorageGiB,
    ...scratchOf(spec),
    arch: spec.resources.arch,
    gpu: spec.resources.gpu,
    scale: spec.scale,
    route: spec.route,
    demands: demandsOf(spec),
    containers: containers.length,
    stopGraceSeconds: spec.stopGraceSeconds,
    startupSeconds: spec.route && spec.health.startupSeconds,
    jobSeconds: spec.job?.timeoutSeconds,
    fileFolders: spec.files.length === 0 ? undefined : foldersOf(spec.files),
    ...keptOf(spec),
    registry: registryOf(spec.image),
    registries: [...new Set(containers.map(({ image }) => registryOf(image)))].sort(),
    usage: spec.usage,
    ...(spec.job === undefined ? {} : { runs: runTimeOf(spec) }),
    talksTo: spec.talksTo,
    labels: spec.labels,
  };
}

const sizeOf = ({ name, resources }: Pick<Sidecar, "name" | "resources">): NamedSize => ({
  name,
  milliCpu: resources.milliCpu,
  memoryMiB: resources.memoryMiB,
});

function scratchOf({ volumes }: Spec): Pick<Needs, "scratchGiB"> {
  const scratch = volumes.filter(({ kind }) => kind === "scratch");
  return scratch.length === 0 ? {} : { scratchGiB: scratch.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0) };
}

function keptOf({ files, ...spec }: Spec): Pick<Needs, "keeps"> {
  const names = [spec, ...spec.sidecars].flatMap(({ secrets }) => Object.values(secrets));
  const secrets = new Set(names).size;
  return secrets + files.length === 0 ? {} : { keeps: { secrets, files: files.length } };
}

const foldersOf = (files: Spec["files"]): readonly string[] => [
  ...new Set(files.map(({ path }) => path.slice(0, Math.max(1, path.lastIndexOf("/"))))),
];

function demandsOf(spec: Spec): readonly Demand[] {
  return [
    { feature: spec.kind, pointer: "/kind" },
    ...processDemands(spec, ""),
    ...fileDemands(spec),
    ...resourceDemands(spec),
    ...(spec.route === undefined ? [] : routeDemands(spec.route)),
    ...spec.ports.map(({ protocol }, index) => demand(`${protocol}-ports`, `/ports/${index}`)),
    ...healthDemands(spec),
    ...scaleDemands(spec),
    ...spec.before.flatMap((hook, index) => beforeDemands(spec, hook, `/before/${index}`)),
    ...spec.sidecars.flatMap((sidecar, index) => sidecarDemands(sidecar, `/sidecars/${index}`)),
    ...spec.volumes.map(({ kind }, index) => demand(`${kind}-volumes`, `/volumes/${index}`)),
    ...lifeDemands(spec),
    ...relationDemands(spec),
  ];
}

type Process = Pick<Sidecar, "entrypoint" | "args" | "env" | "secrets">;

function processDemands({ entrypoint, args, env, secrets }: Process, at: string): readonly Demand[] {
  return [
    ...when(entrypoint !== undefined, "entrypoint", `${at}/entrypoint`),
    ...when(args !== undefined && entrypoint === undefined, "args-alone", `${at}/args`),
    ...when(Object.keys(env).length > 0, "env", `${at}/env`),
    ...when(Object.keys(secrets).length > 0, "secrets", `${at}/secrets`),
  ];
}

function fileDemands(spec: Spec): readonly Demand[] {
  return spec.files.map(({ secret }, index) =>
    demand(secret === undefined ? "files" : "secret-files", `/files/${index}`),
  );
}

function resourceDemands({ resources }: Spec): readonly Demand[] {
  const large = resources.ephemeralStorageGiB > COMMON_EPHEMERAL_STORAGE_GIB;
  return [
    ...when(large, "large-ephemeral-storage", "/resources/ephemeralStorage"),
    ...when(resources.arch === "arm64", "arm64", "/resources/arch"),
    ...when(resources.gpu !== undefined, "gpu", "/resources/gpu"),
  ];
}

function routeDemands(route: RouteSpec): readonly Demand[] {
  return [
    demand(route.protocol, "/route/protocol"),
    demand(`${route.access}-access`, "/route/access"),
    ...when(route.hosts.length > 0, "custom-hosts", "/route/hosts"),
    ...when(route.sticky, "sticky-sessions", "/route/sticky"),
  ];
}

function healthDemands({ health }: Spec): readonly Demand[] {
  return [
    ...when(health.path !== undefined, "http-health", "/health/path"),
    ...when(health.grpc !== undefined, "grpc-health", "/health/grpc"),
    ...when(health.aliveSeconds !== undefined, "alive-health", "/health/aliveSeconds"),
  ];
}

function scaleDemands({ scale }: Spec): readonly Demand[] {
  return [
    ...when(scale.min !== scale.max, "autoscale", "/scale"),
    // At most none is a stop, which needs nothing that starts it when a request comes.
    ...when(scale.min === 0 && scale.max > 0, "scale-to-zero", "/scale/min"),
  ];
}

// A hook without its own entrypoint runs under the main container's, so its args stand alone only when neither has one.
function beforeDemands(spec: Spec, hook: BeforeHook, at: string): readonly Demand[] {
  const alone = hook.args !== undefined && hook.entrypoint === undefined && spec.entrypoint === undefined;
  return [
    demand("before-hooks", at),
    ...when(hook.entrypoint !== undefined, "entrypoint", `${at}/entrypoint`),
    ...when(alone, "args-alone", `${at}/args`),
  ];
}

function sidecarDemands(sidecar: Sidecar, at: string): readonly Demand[] {
  return [demand("sidecars", at), ...processDemands(sidecar, at)];
}

function lifeDemands(spec: Spec): readonly Demand[] {
  const { user } = spec;
  const numeric = typeof user === "number" || (user !== undefined && /^\d+(:\d+)?$/.test(user));
  return [
    ...when(user !== undefined, numeric ? "numeric-user" : "named-user", "/user"),
    ...when(spec.workingDir !== undefined, "working-dir", "/workingDir"),
    ...when(spec.stopGraceSeconds > COMMON_STOP_GRACE_SECONDS, "long-stop-grace", "/stopGraceSeconds"),
    ...when(spec.singleton, "singleton", "/singleton"),
    ...when(spec.unreachable === "fence", "fencing", "/unreachable"),
    ...when(spec.job?.schedule !== undefined, "schedule", "/job/schedule"),
    ...when(spec.rollout.strategy === "canary", "canary", "/rollout/strategy"),
  ];
}

function relationDemands(spec: Spec): readonly Demand[] {
  return [
    ...when(spec.talksTo.length > 0, "data-gravity", "/talksTo"),
    ...when(spec.after.length > 0, "start-order", "/after"),
  ];
}

function when(asked: boolean, feature: Feature, pointer: string): readonly Demand[] {
  return asked ? [demand(feature, pointer)] : [];
}

function demand(feature: Feature, pointer: string): Demand {
  return { feature, pointer };
}
