import { type CapabilityTable, dropped, emulated, exact } from "./capability.ts";
import { GRAVITY } from "./gravity-sentence.ts";
import { NOT_YET } from "./not-yet.ts";

const ONE_PORT =
  "A Cloud Run service has one HTTP port and nothing beside it: remove ports, or exclude cloud-run by policy";
const USER =
  "Cloud Run has no field for the user: set USER in the image and remove user, or exclude cloud-run by policy";

/** The most requests an instance takes at once (Admin API v2, maxInstanceRequestConcurrency). */
export const CLOUD_RUN_MAX_CONCURRENCY = 1000;

/** What Cloud Run (Admin API v2: services, and worker pools for workers) does with a portable spec. */
export const CLOUD_RUN_CAPABILITIES: CapabilityTable = {
  features: {
    ...NOT_YET,
    service: exact,
    worker: exact,
    job: exact,
    // Berth itself starts each run when its time has come.
    schedule: exact,
    entrypoint: exact,
    "args-alone": exact,
    env: exact,
    secrets: exact,
    "secret-files": emulated("a file is mounted as its whole directory, which hides the image's own"),
    files: emulated(
      "kept in Secret Manager and mounted read-only, as its whole directory, which hides the image's own",
    ),
    "large-ephemeral-storage": dropped(
      "Cloud Run keeps files in the instance's memory: set resources.ephemeralStorage to 20Gi or less and size memory for it",
    ),
    arm64: dropped("Cloud Run runs amd64 images only: set resources.arch to amd64 or any"),
    gpu: dropped("Berth does not ask Cloud Run for GPUs yet: remove resources.gpu, or use a pool of agents"),
    http1: exact,
    h2c: exact,
    grpc: exact,
    "public-access": exact,
    "custom-hosts": exact,
    "sticky-sessions": emulated("session affinity is best effort"),
    "tcp-ports": dropped(ONE_PORT),
    "udp-ports": dropped(ONE_PORT),
    "http-health": exact,
    "grpc-health": exact,
    "alive-health": emulated("Berth watches that the revision stays ready"),
    autoscale: exact,
    "scale-to-zero": exact,
    sidecars: emulated("every sidecar is essential: when one ends, Cloud Run starts the instance again"),
    "scratch-volumes": emulated("held in memory, which the main container is given besides its own"),
    "disk-volumes": dropped("Cloud Run has no disks to attach: use a scratch volume, or a pool of agents"),
    "share-volumes": dropped(
      "Berth does not mount NFS or Cloud Storage on Cloud Run yet: use a scratch volume, or a pool of agents",
    ),
    "numeric-user": dropped(USER),
    "named-user": dropped(USER),
    "working-dir": exact,
    "long-stop-grace": dropped(
      "Cloud Run stops an instance about 10 s after SIGTERM: set stopGraceSeconds to 10 or less",
    ),
    singleton: dropped(
      "Cloud Run may run more instances than the maximum for a moment: a singleton needs Fargate, Container Instances or agents",
    ),
    // Google's own answer says whether a revision is gone, so no lease is needed to be sure.
    fencing: exact,
    logs: exact,
    "data-gravity": emulated(GRAVITY),
  },
  route: exact,
  limits: {
    containers: {
      most: 10,
      message: "A Cloud Run instance has at most 10 containers: remove some of the sidecars",
    },
    // Admin API v2, Probe: initial delay, period times threshold.
    startup: {
      most: 240,
      message:
        "Cloud Run gives a container 240 s until it answers: set health.startupSeconds to that or less",
    },
    // cloud.google.com/run/quotas: longer tasks are a preview.
    jobTime: {
      most: 86_400,
      message: "Cloud Run ends a task after 24 h: set job.timeoutSeconds to 86400 or less",
    },
    concurrency: {
      most: CLOUD_RUN_MAX_CONCURRENCY,
      message: `Cloud Run gives an instance at most ${CLOUD_RUN_MAX_CONCURRENCY} requests at once: set scale.concurrency to that or less`,
    },
    // cloud.google.com/run/docs/configuring/request-timeout
    requestTime: {
      most: 3600,
      message: "Cloud Run ends a request after 3600 s: set route.timeoutSeconds to that or less",
    },
    // cloud.google.com/run/quotas: HTTP/2 has no such limit.
    http1Body: {
      most: 32,
      message:
        "Cloud Run takes HTTP/1 bodies of 32 MiB at most: set route.maxBodyMiB to that or less, or protocol to h2c",
    },
  },
};
/** Requests an instance takes at once from 1 vCPU on, unless the service says otherwise (Admin API v2). */
export const CLOUD_RUN_DEFAULT_CONCURRENCY = 80;
/** A worker pool has as many instances as it is told; only services scale by load. */
export const CLOUD_RUN_FIXED_POOL = "runs scale.min instances, which Berth does not scale by load yet";
/** cloud.google.com/run/docs/configuring/healthchecks: the endpoint of an HTTP probe speaks HTTP/1. */
export const CLOUD_RUN_HTTP1_PROBES =
  "Cloud Run's own probes speak HTTP/1, so of this route they ask whether its port answers, and Berth's prober asks the path";
/** CPU limits page: below 1 vCPU the concurrency is 1. */
export const CLOUD_RUN_ONE_AT_A_TIME = "below 1 vCPU an instance serves one request at a time";
export const CLOUD_RUN_NO_START_FROM_ZERO =
  "A Cloud Run worker pool does not start by itself from zero: set scale.min to 1 or more";
