/**
 * Every leaf of every document Berth sends to Cloud Run, and where it comes from: a field of the spec, or a constant and why.
 * A path's `*` stands for any one part; lists count as `[]`. The first pattern that fits explains a leaf.
 */
export const FIELD_TABLE: readonly (readonly [pattern: string, from: string])[] = [
  ["labels.berth-*", "the mark: whose it is, so that it is found again and nothing else is touched"],
  ["labels.*", "labels"],
  ["template.labels.berth-*", "the mark, on each revision or execution"],
  ["template.labels.*", "labels"],
  ["ingress", "constant: the gateway calls from the internet"],
  [
    "invokerIamDisabled",
    "the target's invoker: set where services are open to all, left out where Google asks callers who they are",
  ],
  ["scaling.scalingMode", "scale: MANUAL only for none at all"],
  ["scaling.minInstanceCount", "scale.min"],
  ["scaling.maxInstanceCount", "scale.max"],
  ["scaling.manualInstanceCount", "scale.min of a worker; 0 for a service that is stopped"],
  ["startExecutionToken", "constant: the one execution a try's job is created with"],
  ["template.taskCount", "constant: one container a try"],
  ["template.parallelism", "constant: one container a try; job.parallelism makes as many tries"],
  ["template.scaling.maxInstanceCount", "scale.max: what the region's CPU quota is asked for"],
  ["template.timeout", "constant: the gateway ends requests by route.timeoutSeconds"],
  ["template.executionEnvironment", "resources.cpu: the first generation below 1 vCPU, else the second"],
  ["template.maxInstanceRequestConcurrency", "scale.concurrency; Google's default without; 1 below 1 vCPU"],
  ["template.sessionAffinity", "route.sticky"],
  ["template.serviceAccount", "the target's runtimeServiceAccount"],
  ["template.vpcAccess.**", "x-cloud-run.vpcAccess"],
  ["template.encryptionKey", "x-cloud-run.encryptionKey"],
  ["template.containers[].name", "name; sidecars[].name"],
  ["template.containers[].image", "image; sidecars[].image; through the target's remoteRepositories"],
  ["template.containers[].command[]", "entrypoint"],
  ["template.containers[].args[]", "args"],
  ["template.containers[].env[].name", "env; secrets"],
  ["template.containers[].env[].value", "env"],
  [
    "template.containers[].env[].valueSource.secretKeyRef.secret",
    "secrets: the secret made for this unit alone",
  ],
  ["template.containers[].env[].valueSource.secretKeyRef.version", "secrets: the one version it has"],
  ["template.containers[].workingDir", "workingDir"],
  ["template.containers[].ports[].name", "route.protocol"],
  ["template.containers[].ports[].containerPort", "route.port"],
  ["template.containers[].startupProbe.httpGet.*", "health.path; route.port"],
  ["template.containers[].startupProbe.grpc.*", "health.grpc; route.port"],
  ["template.containers[].startupProbe.tcpSocket.port", "route.port"],
  ["template.containers[].startupProbe.periodSeconds", "health.intervalSeconds, at most startupSeconds"],
  ["template.containers[].startupProbe.timeoutSeconds", "health.timeoutSeconds"],
  ["template.containers[].startupProbe.failureThreshold", "health.startupSeconds by the period"],
  ["template.containers[].livenessProbe.httpGet.*", "health.path; route.port"],
  ["template.containers[].livenessProbe.grpc.*", "health.grpc; route.port"],
  ["template.containers[].livenessProbe.periodSeconds", "health.intervalSeconds"],
  ["template.containers[].livenessProbe.timeoutSeconds", "health.timeoutSeconds"],
  ["template.containers[].livenessProbe.failureThreshold", "health.failureThreshold"],
  ["template.containers[].resources.limits.cpu", "resources.cpu, snapped; sidecars[].resources.cpu"],
  ["template.containers[].resources.limits.memory", "resources.memory, snapped; sidecars[].resources.memory"],
  ["template.containers[].resources.cpuIdle", "the offer's billing: by request, or by instance"],
  ["template.containers[].volumeMounts[].name", "volumes[].name; files"],
  ["template.containers[].volumeMounts[].mountPath", "volumes[].path; the directory of files[].path"],
  ["template.volumes[].name", "volumes[].name; files"],
  ["template.volumes[].emptyDir.medium", "constant: scratch is memory"],
  ["template.volumes[].emptyDir.sizeLimit", "volumes[].size"],
  ["template.volumes[].secret.secret", "files: the secret made for one directory of this unit"],
  ["template.volumes[].secret.items[].path", "files[].path: its last part"],
  ["template.volumes[].secret.items[].version", "files: each is one version of the directory's secret"],
  ["template.template.maxRetries", "constant: Berth tries again itself, by job.retries"],
  ["template.template.timeout", "job.timeoutSeconds, of the run; the longest where that is not known"],
];

/** Where a leaf comes from, or `undefined` when nobody says. A task's template is explained as a revision's. */
export function sourceOf(leaf: string): string | undefined {
  const plain = FIELD_TABLE.find(([pattern]) => fits(pattern, leaf));
  if (plain !== undefined || !leaf.startsWith("template.template.")) return plain?.[1];
  return FIELD_TABLE.find(([pattern]) => fits(pattern, leaf.slice("template.".length)))?.[1];
}

/** Every leaf of a document, as a path. */
export function* leavesOf(value: unknown, at = ""): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* leavesOf(item, `${at}[]`);
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value))
      yield* leavesOf(inner, at === "" ? key : `${at}.${key}`);
  else yield at;
}

const COMPILED = new Map(FIELD_TABLE.map(([pattern]) => [pattern, compiled(pattern)]));
const fits = (pattern: string, leaf: string): boolean => COMPILED.get(pattern)?.test(leaf) === true;

function compiled(pattern: string): RegExp {
  const source = pattern
    .replace(/[.[\]]/g, (sign) => `\\${sign}`)
    .replaceAll("**", "\u0000")
    .replaceAll("*", "[^.]+")
    .replaceAll("\u0000", ".+");
  return new RegExp(`^${source}$`);
}
