import { AdapterError } from "../../../domain/fault.ts";
import type { Unit } from "../../../domain/plan.ts";
import type { Change, Collection, Document, Resource, ResourceName } from "../api.ts";
import { asJson } from "./as-json.ts";
import { containersOf } from "./container.ts";
import { extrasOf } from "./extras.ts";
import type { Rendering } from "./rendering.ts";
import { volumesOf } from "./volumes.ts";

/** Where a unit goes: a routed one becomes a service, a job's try a job, and what has no port a worker pool. */
export function collectionOf({ template }: Pick<Unit, "template">): Collection {
  if (template.kind === "job") return "jobs";
  return template.route === undefined ? "workerPools" : "services";
}

/** The resource of a unit, or of a job's try by the try's name. */
export function resourceNameOf(unit: Unit, id: string = unit.name): ResourceName {
  return { collection: collectionOf(unit), region: unit.place.region, id };
}

/** The exact document that is sent to create a unit's resource, with references to secrets. Throws `AdapterError` "invalid". */
export function renderDocument(unit: Unit, rendering: Rendering): Document {
  return asJson(DOCUMENTS[collectionOf(unit)](unit, rendering));
}

/** What has to change so that a resource has the unit's replicas; `undefined` when it has them. */
export function scaleChange(unit: Unit, resource: Resource): Change | undefined {
  if (resource.collection === "jobs") return undefined;
  const wanted = resource.collection === "services" ? serviceScaling(unit) : poolScaling(unit);
  const max = revisionMax(unit);
  const isTold =
    "manualInstanceCount" in wanted
      ? resource.scale.manual === wanted.manualInstanceCount
      : resource.scale.manual === undefined &&
        resource.scale.min === wanted.minInstanceCount &&
        resource.scale.max === wanted.maxInstanceCount;
  // A revision made for fewer instances holds the service back; only then is another one made.
  const raise = max !== undefined && (resource.revisionMax ?? REVISION_MAX) < max;
  if (isTold && !raise) return undefined;
  return {
    etag: resource.etag,
    mask: ["scaling", ...(raise ? ["template.scaling"] : [])],
    document: { scaling: wanted, ...(raise ? { template: { scaling: { maxInstanceCount: max } } } : {}) },
  };
}

const DOCUMENTS: Readonly<Record<Collection, (unit: Unit, rendering: Rendering) => object>> = {
  services: serviceDocument,
  workerPools: poolDocument,
  jobs: jobDocument,
};

// The gateway ends requests by route.timeoutSeconds; a change of that is no new revision here (Admin API v2, timeout: at most 3600 s).
const REQUEST_TIMEOUT = "3600s";
/** Requests an instance takes at once unless the spec says otherwise (Admin API v2, maxInstanceRequestConcurrency). */
const DEFAULT_CONCURRENCY = 80;
/** Below this an instance serves one request at a time, in the first generation (docs/configuring/services/cpu). */
const WHOLE_CPU_MILLI = 1_000;
const SMALL_IS_FIRST = "below 1 vCPU there is only the first generation, ask for 1 vCPU or remove it";
/** Instances a revision may have when nothing is said (Admin API v2, RevisionScaling). */
const REVISION_MAX = 100;
/** The longest life of a task without a preview feature (cloud.google.com/run/quotas), s. */
const TASK_SECONDS = 86_400;
/** Suffix of the one execution that a job is created with: the same creation twice runs it once. */
const EXECUTION_TOKEN = "run";

function serviceDocument(unit: Unit, rendering: Rendering): object {
  const { template, shape, billing } = unit;
  const small = shape.milliCpu < WHOLE_CPU_MILLI;
  const generation = small ? "EXECUTION_ENVIRONMENT_GEN1" : "EXECUTION_ENVIRONMENT_GEN2";
  const { labels, runtimeServiceAccount, invoker } = rendering;
  return {
    labels,
    ingress: "INGRESS_TRAFFIC_ALL",
    // What a route asks of its callers is checked by the gateway; where it is private, only the gateway's own identity comes through.
    invokerIamDisabled: invoker === "public" ? true : undefined,
    scaling: serviceScaling(unit),
    template: {
      labels,
      serviceAccount: runtimeServiceAccount,
      timeout: REQUEST_TIMEOUT,
      maxInstanceRequestConcurrency: small ? 1 : (template.concurrency ?? DEFAULT_CONCURRENCY),
      sessionAffinity: template.route?.sticky === true,
      scaling: revisionMax(unit) === undefined ? undefined : { maxInstanceCount: revisionMax(unit) },
      ...extrasOf(template, {
        executionEnvironment: generation,
        because: small ? SMALL_IS_FIRST : undefined,
      }),
      // Left out beside limits, cpuIdle would turn the billing instance-based.
      containers: containersOf(unit, { cpuIdle: billing === "request" }, rendering),
      volumes: volumesOf(template, rendering.secrets),
    },
  };
}

function poolDocument(unit: Unit, rendering: Rendering): object {
  const { labels, runtimeServiceAccount } = rendering;
  return {
    labels,
    scaling: poolScaling(unit),
    template: {
      labels,
      serviceAccount: runtimeServiceAccount,
      ...extrasOf(unit.template),
      containers: containersOf(unit, {}, rendering),
      volumes: volumesOf(unit.template, rendering.secrets),
    },
  };
}

/** Set by Cloud Run in each task, and refused where a job sets one (Container runtime contract, "Environment variables for jobs"). */
const TASK_VARIABLES: readonly string[] = [
  "JOB",
  "EXECUTION",
  "TASK_INDEX",
  "TASK_ATTEMPT",
  "TASK_COUNT",
].map((name) => `CLOUD_RUN_${name}`);

function jobDocument(unit: Unit, rendering: Rendering): object {
  const { env, secrets } = unit.template;
  const taken = TASK_VARIABLES.find((name) => name in env || name in secrets);
  if (taken !== undefined)
    throw new AdapterError("invalid", `Cloud Run itself sets ${taken} in every task: choose another name.`);
  const { labels, runtimeServiceAccount, timeoutSeconds = TASK_SECONDS } = rendering;
  return {
    labels,
    startExecutionToken: EXECUTION_TOKEN,
    template: {
      labels,
      taskCount: 1,
      parallelism: 1,
      template: {
        // Berth tries again itself, each try a job of its own.
        maxRetries: 0,
        // Berth ends a try by the same time, counted from when it asked for it; Google's own is for when Berth is not there to do so.
        timeout: `${Math.min(TASK_SECONDS, timeoutSeconds)}s`,
        serviceAccount: runtimeServiceAccount,
        ...extrasOf(unit.template, {
          executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
          because: "jobs run in the second generation alone, remove it",
        }),
        containers: containersOf(unit, {}, rendering),
        volumes: volumesOf(unit.template, rendering.secrets),
      },
    },
  };
}

// On the service and not on its revisions, where every change would make a new one. None at all is a fixed number: an automatic
// service starts one for the first request.
function serviceScaling({ replicas: { min, max } }: Unit) {
  return max === 0
    ? { scalingMode: "MANUAL", manualInstanceCount: 0 }
    : { scalingMode: "AUTOMATIC", minInstanceCount: min, maxInstanceCount: max };
}

const poolScaling = ({ replicas }: Unit) => ({ manualInstanceCount: replicas.min });

// Always said: left out, a revision counts with 100 instances against the region's CPU quota, which a young project does not have.
function revisionMax({ template, replicas }: Unit): number | undefined {
  return template.route !== undefined && replicas.max > 0 ? replicas.max : undefined;
}
