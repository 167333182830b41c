import type { Collection, Document } from "../api.ts";
import { member, members, textIn, texts } from "../members.ts";

/** Why Cloud Run refuses a document, in a sentence; `undefined` when it takes it. Where each rule is from stands in README.md. */
export function problemOf(collection: Collection, id: string, document: Document): string | undefined {
  const most = collection === "jobs" ? 63 : 49;
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(id) || id.length > most)
    return `The id must begin with a letter, have lower-case letters, digits and -, and at most ${most} characters.`;
  const template = member(document, "template");
  const inner = collection === "jobs" ? member(template, "template") : template;
  const containers = members(inner, "containers");
  const problems = [
    labelProblem(document),
    collection === "jobs" ? tokenProblem(id, document) : scalingProblem(collection, document),
    containers.length === 0 || containers.length > 10 ? "A template has 1 to 10 containers." : undefined,
    collection === "jobs" && containers.length > 1 ? "A task has a single container." : undefined,
    portProblem(collection, containers),
    ...containers.map((container) => containerProblem(container)),
    orderProblem(containers),
    sizeProblem(collection, inner, containers),
    volumeProblem(inner, containers),
  ];
  return problems.find((problem) => problem !== undefined);
}

function labelProblem(document: Document): string | undefined {
  const labels = Object.entries(texts(document, "labels"));
  if (labels.length > 64) return "A resource has at most 64 labels.";
  const bad = labels.find(
    ([key, value]) => !/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value),
  );
  return bad === undefined ? undefined : `The label ${bad[0]} is not well formed.`;
}

function tokenProblem(id: string, document: Document): string | undefined {
  const token = textIn(document, "startExecutionToken");
  return id.length + token.length < 63
    ? undefined
    : "The sum of job name and token length must be fewer than 63 characters.";
}

function scalingProblem(collection: Collection, document: Document): string | undefined {
  const scaling = member(document, "scaling");
  const [min, max] = [number(scaling, "minInstanceCount") ?? 0, number(scaling, "maxInstanceCount")];
  if (collection === "workerPools" && (min !== 0 || max !== undefined))
    return "A worker pool has a manual instance count only.";
  return max !== undefined && min > max
    ? "min_instance_count must not be greater than max_instance_count."
    : undefined;
}

function portProblem(collection: Collection, containers: readonly unknown[]): string | undefined {
  const ports = containers.flatMap((container) => members(container, "ports"));
  if (collection !== "services") return ports.length === 0 ? undefined : "Only a service has a port.";
  if (ports.length !== 1) return "A service has exactly one container with exactly one port.";
  return ["http1", "h2c"].includes(textIn(ports[0], "name")) ? undefined : "A port is named http1 or h2c.";
}

function containerProblem(container: unknown): string | undefined {
  const image = textIn(container, "image");
  const host = image.includes("/") ? (image.split("/", 1)[0] ?? "") : "docker.io";
  if (!/^([a-z]+\.)?gcr\.io$|^[a-z0-9-]+-docker\.pkg\.dev$|^docker\.io$/.test(host))
    return `Expected an image path like [host/]repo-path[:tag and/or @digest], where host is one of [region.]gcr.io, [region-]docker.pkg.dev or docker.io but obtained ${image}.`;
  if (members(container, "env").some((variable) => textIn(variable, "name") === "PORT"))
    return "The following reserved env names were provided: PORT. These values are automatically set by the system.";
  return (
    probeProblem(member(container, "startupProbe"), 240) ??
    probeProblem(member(container, "livenessProbe"), 3_600)
  );
}

function orderProblem(containers: readonly unknown[]): string | undefined {
  const probed = new Set(
    containers
      .filter((container) => member(container, "startupProbe") !== undefined)
      .map((container) => textIn(container, "name")),
  );
  const awaited = containers.flatMap((container) => members(container, "dependsOn")).map(String);
  const unprobed = awaited.find((name) => !probed.has(name));
  return unprobed === undefined
    ? undefined
    : `Dependent container '${unprobed}' must have startup probe specified.`;
}

function probeProblem(probe: unknown, mostPeriod: number): string | undefined {
  if (probe === undefined) return undefined;
  const [period, timeout] = [number(probe, "periodSeconds") ?? 10, number(probe, "timeoutSeconds") ?? 1];
  const threshold = number(probe, "failureThreshold") ?? 3;
  if (period < 1 || period > mostPeriod) return `period_seconds must be from 1 to ${mostPeriod}.`;
  if (timeout < 1 || timeout > period)
    return "timeout_seconds must be at least 1 and not greater than period_seconds.";
  if (threshold < 1) return "failure_threshold must be at least 1.";
  const actions = ["httpGet", "tcpSocket", "grpc"].filter((action) => member(probe, action) !== undefined);
  if (actions.length !== 1) return "Exactly one of http_get, tcp_socket, or grpc must be specified.";
  return mostPeriod === 240 && period * threshold > 240 ? "A container has 240 s to start." : undefined;
}

/** vCPU in thousandths from which a row counts, and its memory (docs/configuring/services/memory-limits). */
const SIZES: readonly (readonly [milliCpu: number, leastMiB: number, mostMiB: number])[] = [
  [80, 128, 512],
  [500, 128, 1_024],
  [1_000, 128, 4_096],
  [2_000, 128, 8_192],
  [4_000, 2_048, 16_384],
  [6_000, 4_096, 24_576],
  [8_000, 4_096, 32_768],
];

function sizeProblem(
  collection: Collection,
  template: unknown,
  containers: readonly unknown[],
): string | undefined {
  const limits = containers.map(limitsIn);
  const bad = limits.map(limitProblem).find((problem) => problem !== undefined);
  if (bad !== undefined) return bad;
  const milliCpu = milliCpuIn(template);
  const memoryMiB = limits.reduce<number>((sum, limit) => sum + memoryMiBOf(textIn(limit, "memory")), 0);
  if (milliCpu > 8_000 || memoryMiB > 32_768) return "An instance has at most 8 vCPU and 32 GiB.";
  const second = textIn(template, "executionEnvironment") === "EXECUTION_ENVIRONMENT_GEN2";
  if (second && memoryMiB < 512) return "Total memory < 512 Mi is not supported with gen2.";
  if (collection !== "services" || milliCpu >= 1_000) return undefined;
  if (second) return "Total cpu < 1 is not supported with gen2.";
  if (member(template, "maxInstanceRequestConcurrency") !== 1)
    return "Total cpu < 1 is not supported with concurrency > 1.";
  const always = containers.some((container) => member(member(container, "resources"), "cpuIdle") !== true);
  return always ? "Total cpu < 1 is not supported with cpu always allocated." : undefined;
}

// Each container by itself: of their sum little is asked.
function limitProblem(limits: unknown): string | undefined {
  const milliCpu = milliCpuOf(textIn(limits, "cpu"));
  const memoryMiB = memoryMiBOf(textIn(limits, "memory"));
  const row = SIZES.findLast(([from]) => milliCpu >= from);
  if (row === undefined || (milliCpu > 1_000 && milliCpu !== row[0]))
    return `Invalid value specified for cpu: ${milliCpu}m. Must be equal to one of [.08-1], 1.0, 2.0, 4.0, 6.0, 8.0.`;
  return memoryMiB < row[1] || memoryMiB > row[2]
    ? `Invalid value specified for container memory. For ${milliCpu}m, memory must be between ${row[1]}Mi and ${row[2]}Mi inclusive, not ${memoryMiB}Mi.`
    : undefined;
}

const limitsIn = (container: unknown): unknown => member(member(container, "resources"), "limits");

function volumeProblem(template: unknown, containers: readonly unknown[]): string | undefined {
  const names = new Set(members(template, "volumes").map((volume) => textIn(volume, "name")));
  const mounts = containers.flatMap((container) => members(container, "volumeMounts"));
  const lost = mounts.find((mount) => !names.has(textIn(mount, "name")));
  if (lost !== undefined) return `There is no volume ${textIn(lost, "name")}.`;
  const paths = mounts.map((mount) => textIn(mount, "mountPath"));
  return new Set(paths).size === paths.length ? undefined : "Two volumes cannot be mounted at the same path.";
}

/** vCPU of an instance in thousandths: its containers' together. */
export function milliCpuIn(template: unknown): number {
  const limits = members(template, "containers").map(limitsIn);
  return limits.reduce<number>((sum, limit) => sum + milliCpuOf(textIn(limit, "cpu")), 0);
}

const milliCpuOf = (text: string): number =>
  text.endsWith("m") ? Number(text.slice(0, -1)) : Number(text) * 1_000;
const memoryMiBOf = (text: string): number =>
  text.endsWith("Gi") ? Number(text.slice(0, -2)) * 1_024 : Number(text.replace(/Mi$/, ""));

function number(value: unknown, key: string): number | undefined {
  const found = member(value, key);
  return found === undefined ? undefined : Number(found);
}
