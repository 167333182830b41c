import type { Features } from "../../domain/feature.ts";
import type { FidelityTable } from "./fidelity.ts";
import { NOT_YET } from "./not-yet.ts";

const BY_PROBER = "Fargate only knows commands run inside the container, so Berth's own prober asks instead";

/** What ECS on Fargate (Linux, platform 1.4.0) can do with a portable spec. */
export const ECS_FEATURES: Features = {
  ...NOT_YET,
  service: true,
  worker: true,
  entrypoint: true,
  "args-alone": true,
  env: true,
  files: "A Fargate task cannot be given files: put the file into the image, or its content into env",
  "large-ephemeral-storage": true,
  arm64: true,
  gpu: "Fargate has no GPUs: remove resources.gpu, or use a pool of agents",
  http1: true,
  h2c: true,
  grpc: true,
  "public-access": true,
  "custom-hosts": true,
  "sticky-sessions": true,
  "tcp-ports": true,
  "udp-ports": true,
  "http-health": true,
  "grpc-health":
    "Fargate cannot probe gRPC and Berth's own prober speaks HTTP only: use health.path, or leave it to the port",
  "alive-health": true,
  autoscale: true,
  "scale-to-zero": "Nothing starts a Fargate task when a request comes: set scale.min to 1 or more",
  sidecars: true,
  "scratch-volumes": true,
  "disk-volumes":
    "Berth does not attach EBS volumes on Fargate yet: use a scratch volume, or a pool of agents",
  "share-volumes": "Berth does not mount EFS on Fargate yet: use a scratch volume, or a pool of agents",
  "numeric-user": true,
  "named-user": true,
  "working-dir": true,
  "long-stop-grace": true,
  singleton: true,
  // A cloud's own answer says whether a task has stopped, so no lease is needed to be sure.
  fencing: true,
  logs: true,
};

/** How Fargate honours a demand it takes, where that is not exactly as written. */
export const ECS_FIDELITY: FidelityTable = {
  autoscale: {
    level: "emulated",
    message: "runs scale.min replicas, which Berth does not scale by load yet",
  },
  "http-health": { level: "emulated", message: BY_PROBER },
  "alive-health": { level: "emulated", message: "Berth watches that the task stays RUNNING" },
  "sticky-sessions": { level: "emulated", message: "Berth's gateway keeps a client on one task" },
};
/** The longest a Fargate container may take to stop (Amazon ECS API, stopTimeout). */
export const ECS_MAX_STOP_GRACE_SECONDS = 120;
/** Containers in a task definition (Amazon ECS service quotas, not adjustable). */
export const ECS_MAX_CONTAINERS = 10;
