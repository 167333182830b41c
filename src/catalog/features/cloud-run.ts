import type { Features } from "../../domain/feature.ts";
import type { FidelityTable } from "./fidelity.ts";
import { NOT_YET } from "./not-yet.ts";

const ONE_PORT =
  "A Cloud Run service has one HTTP port and nothing beside it: remove ports, or exclude cloud-run by policy";
const USER =
  "Cloud Run has no field for the user: set USER in the image and remove user, or exclude cloud-run by policy";

/** What Cloud Run (Admin API v2: services, and worker pools for workers) can do with a portable spec. */
export const CLOUD_RUN_FEATURES: Features = {
  ...NOT_YET,
  service: true,
  worker: true,
  entrypoint: true,
  "args-alone": true,
  env: true,
  files:
    "Cloud Run mounts files only from Secret Manager, which Berth does not fill yet: put the file into the image, or its content into env",
  "large-ephemeral-storage":
    "Cloud Run keeps files in the instance's memory: set resources.ephemeralStorage to 20Gi or less and size memory for it",
  arm64: "Cloud Run runs amd64 images only: set resources.arch to amd64 or any",
  gpu: "Berth does not ask Cloud Run for GPUs yet: remove resources.gpu, or use a pool of agents",
  http1: true,
  h2c: true,
  grpc: true,
  "public-access": true,
  "custom-hosts": true,
  "sticky-sessions": true,
  "tcp-ports": ONE_PORT,
  "udp-ports": ONE_PORT,
  "http-health": true,
  "grpc-health": true,
  "alive-health": true,
  autoscale: true,
  "scale-to-zero": true,
  sidecars: true,
  "scratch-volumes": true,
  "disk-volumes": "Cloud Run has no disks to attach: use a scratch volume, or a pool of agents",
  "share-volumes":
    "Berth does not mount NFS or Cloud Storage on Cloud Run yet: use a scratch volume, or a pool of agents",
  "numeric-user": USER,
  "named-user": USER,
  "working-dir": true,
  "long-stop-grace":
    "Cloud Run stops an instance about 10 s after SIGTERM: set stopGraceSeconds to 10 or less",
  singleton:
    "Cloud Run may run more instances than the maximum for a moment: a singleton needs Fargate, Container Instances or agents",
  // Google's own answer says whether a revision is gone, so no lease is needed to be sure.
  fencing: true,
  logs: true,
};

/** How Cloud Run honours a demand it takes, where that is not exactly as written. */
export const CLOUD_RUN_FIDELITY: FidelityTable = {
  "scratch-volumes": { level: "emulated", message: "held in the instance's memory and counted against it" },
  "alive-health": { level: "emulated", message: "Berth watches that the revision stays ready" },
  "sticky-sessions": { level: "emulated", message: "session affinity is best effort" },
};
/** Containers in an instance. */
export const CLOUD_RUN_MAX_CONTAINERS = 10;
/** Longest request (cloud.google.com/run/docs/configuring/request-timeout). */
export const CLOUD_RUN_MAX_REQUEST_SECONDS = 3600;
/** Biggest HTTP/1 request; HTTP/2 has no such limit (cloud.google.com/run/quotas). */
export const CLOUD_RUN_MAX_HTTP1_BODY_MIB = 32;
/** Requests an instance takes at once from 1 vCPU on, unless the service says otherwise (Admin API v2). */
export const CLOUD_RUN_DEFAULT_CONCURRENCY = 80;
/** Most requests an instance may be given at once. */
export const CLOUD_RUN_MAX_CONCURRENCY = 1000;
