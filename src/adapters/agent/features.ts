import {
  type CapabilityTable,
  dropped,
  emulated,
  exact,
  featuresOf,
} from "../../catalog/features/capability.ts";
import { NOT_YET } from "../../catalog/features/not-yet.ts";
import type { Features } from "../../domain/feature.ts";

/** What a container engine behind an agent does with a portable spec. */
export const AGENT_CAPABILITIES: CapabilityTable = {
  features: {
    ...NOT_YET,
    service: exact,
    worker: exact,
    job: exact,
    schedule: exact,
    entrypoint: exact,
    "args-alone": exact,
    env: exact,
    secrets: exact,
    "secret-files": exact,
    files: exact,
    "large-ephemeral-storage": dropped(
      "An agent neither knows nor limits its host's disk: set resources.ephemeralStorage to 20Gi or less, or exclude agents by policy",
    ),
    arm64: exact,
    gpu: dropped("An agent passes no GPU through yet: remove resources.gpu"),
    http1: exact,
    h2c: exact,
    grpc: exact,
    "public-access": exact,
    "custom-hosts": exact,
    "sticky-sessions": emulated("Berth's gateway keeps a client on one replica"),
    "tcp-ports": exact,
    "udp-ports": dropped(
      "An agent publishes TCP ports only: remove the UDP port, or exclude agents by policy",
    ),
    "http-health": exact,
    "grpc-health": exact,
    "alive-health": exact,
    autoscale: emulated("runs scale.min replicas; Berth does not scale them by load yet"),
    "scale-to-zero": dropped(
      "Nothing starts a container on an agent when a request comes: set scale.min to 1 or more",
    ),
    sidecars: exact,
    "scratch-volumes": emulated("the volume's size is not enforced"),
    "disk-volumes": dropped(
      "An agent has scratch volumes only: use kind scratch, and keep what must last outside the workload",
    ),
    "share-volumes": dropped(
      "An agent mounts no network shares yet: use kind scratch, and keep what must be shared outside the workload",
    ),
    "numeric-user": exact,
    "named-user": exact,
    "working-dir": exact,
    "long-stop-grace": exact,
    singleton: exact,
    fencing: exact,
    logs: exact,
    "data-gravity": emulated("its distance is weighed; a host's own traffic has no price Berth knows"),
  },
  route: exact,
  limits: {},
};

/** The same as the adapter contract asks for it. */
export const AGENT_FEATURES: Features = featuresOf(AGENT_CAPABILITIES);
