import type { FidelityTable } from "../../catalog/features/fidelity.ts";
import { NOT_YET } from "../../catalog/features/not-yet.ts";
import type { Features } from "../../domain/feature.ts";

/** What a container engine behind an agent can do with a portable spec. */
export const AGENT_FEATURES: Features = {
  ...NOT_YET,
  service: true,
  worker: true,
  entrypoint: true,
  "args-alone": true,
  env: true,
  files: true,
  "large-ephemeral-storage":
    "An agent neither knows nor limits its host's disk: set resources.ephemeralStorage to 20Gi or less, or exclude agents by policy",
  arm64: true,
  gpu: "An agent passes no GPU through yet: remove resources.gpu",
  http1: true,
  h2c: true,
  grpc: true,
  "public-access": true,
  "custom-hosts": true,
  "sticky-sessions": true,
  "tcp-ports": true,
  "udp-ports": "An agent publishes TCP ports only: remove the UDP port, or exclude agents by policy",
  "http-health": true,
  "grpc-health": true,
  "alive-health": true,
  autoscale: true,
  "scale-to-zero": "Nothing starts a container on an agent when a request comes: set scale.min to 1 or more",
  sidecars: true,
  "scratch-volumes": true,
  "disk-volumes":
    "An agent has scratch volumes only: use kind scratch, and keep what must last outside the workload",
  "share-volumes":
    "An agent mounts no network shares yet: use kind scratch, and keep what must be shared outside the workload",
  "numeric-user": true,
  "named-user": true,
  "working-dir": true,
  "long-stop-grace": true,
  singleton: true,
  fencing: true,
  logs: true,
};

/** How an agent honours a demand it takes, where that is not exactly as written. */
export const AGENT_FIDELITY: FidelityTable = {
  autoscale: { level: "emulated", message: "runs scale.min replicas; Berth does not scale them by load yet" },
  "sticky-sessions": { level: "emulated", message: "Berth's gateway keeps a client on one replica" },
  "scratch-volumes": { level: "emulated", message: "the volume's size is not enforced" },
};
