import { type CapabilityTable, dropped, emulated, exact } from "./capability.ts";
import { GRAVITY } from "./gravity-sentence.ts";
import { NOT_YET } from "./not-yet.ts";

const BY_PROBER = "Fargate only knows commands run inside the container, so Berth's own prober asks instead";

/** What ECS on Fargate (Linux, platform 1.4.0) does with a portable spec. */
export const ECS_CAPABILITIES: CapabilityTable = {
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
    "secret-files": dropped(
      "A Fargate task cannot be given files: name the secret under secrets, as a variable of the environment",
    ),
    files: dropped(
      "A Fargate task cannot be given files: put the file into the image, or its content into env",
    ),
    "large-ephemeral-storage": exact,
    arm64: exact,
    gpu: dropped("Fargate has no GPUs: remove resources.gpu, or use a pool of agents"),
    http1: exact,
    h2c: exact,
    grpc: exact,
    "public-access": exact,
    "custom-hosts": exact,
    "sticky-sessions": emulated("Berth's gateway keeps a client on one task"),
    "tcp-ports": exact,
    "udp-ports": exact,
    "http-health": emulated(BY_PROBER),
    "grpc-health": dropped(
      "Fargate cannot probe gRPC and Berth's own prober speaks HTTP only: use health.path, or leave it to the port",
    ),
    "alive-health": emulated("Berth watches that the task stays RUNNING"),
    autoscale: emulated("runs scale.min replicas, which nothing scales by load"),
    "scale-to-zero": dropped(
      "Nothing starts a Fargate task when a request comes: set scale.min to 1 or more",
    ),
    sidecars: exact,
    "scratch-volumes": emulated(
      "has no size of its own: it shares resources.ephemeralStorage with the rest of the task",
    ),
    "disk-volumes": dropped(
      "Berth does not attach EBS volumes on Fargate yet: use a scratch volume, or a pool of agents",
    ),
    "share-volumes": dropped(
      "Berth does not mount EFS on Fargate yet: use a scratch volume, or a pool of agents",
    ),
    "numeric-user": exact,
    "named-user": exact,
    "working-dir": exact,
    "long-stop-grace": exact,
    singleton: exact,
    // A cloud's own answer says whether a task has stopped, so no lease is needed to be sure.
    fencing: exact,
    logs: exact,
    "data-gravity": emulated(GRAVITY),
  },
  route: emulated("plain HTTP from the gateway"),
  limits: {
    // Amazon ECS service quotas, containers in a task definition; not adjustable.
    containers: {
      most: 10,
      message: "A Fargate task has at most 10 containers: remove some of the sidecars",
    },
    // Amazon ECS API, stopTimeout.
    stopGrace: {
      most: 120,
      message: "Fargate waits at most 120 s for a container to stop: set stopGraceSeconds to 120 or less",
    },
  },
};
