import type { Features } from "../../domain/feature.ts";
import type { FidelityTable } from "./fidelity.ts";
import { NOT_YET } from "./not-yet.ts";

const PORTS =
  "A container group opens a port on its public address or, outside a virtual network, not at all: remove ports";

/** What Azure Container Instances (api-version 2023-05-01, Linux, Standard) can do with a portable spec. */
export const ACI_FEATURES: Features = {
  ...NOT_YET,
  service: true,
  worker: true,
  entrypoint: true,
  "args-alone":
    "Container Instances has one command that replaces both ENTRYPOINT and CMD: give entrypoint together with args",
  env: true,
  files: true,
  "large-ephemeral-storage": true,
  arm64: "Container Instances runs amd64 images only: set resources.arch to amd64 or any",
  gpu: "Container Instances retired its GPUs on 2025-07-14: remove resources.gpu, or use a pool of agents",
  http1: true,
  h2c: true,
  grpc: true,
  "public-access": true,
  "custom-hosts": true,
  "sticky-sessions": true,
  "tcp-ports": PORTS,
  "udp-ports": PORTS,
  "http-health": true,
  "grpc-health":
    "Container Instances cannot probe gRPC and Berth's own prober speaks HTTP only: use health.path, or leave it to the port",
  "alive-health": true,
  autoscale: true,
  "scale-to-zero": "Nothing starts a container group when a request comes: set scale.min to 1 or more",
  sidecars: true,
  "scratch-volumes": true,
  "disk-volumes": "Container Instances has no disks to attach: use a scratch volume, or a pool of agents",
  "share-volumes":
    "Berth does not mount Azure Files on Container Instances yet: use a scratch volume, or a pool of agents",
  "numeric-user": true,
  "named-user": "Container Instances takes numeric users only: set user to a number",
  "working-dir": "Container Instances cannot set a working directory: set WORKDIR in the image",
  "long-stop-grace":
    "Container Instances does not let a stop grace be set: set stopGraceSeconds to 10 or less",
  singleton: true,
  // Azure's own answer says whether a group is gone, so no lease is needed to be sure.
  fencing: true,
  logs: true,
};

/** How Container Instances honours a demand it takes, where that is not exactly as written. */
export const ACI_FIDELITY: FidelityTable = {
  autoscale: {
    level: "emulated",
    message: "runs scale.min replicas, each a group, which Berth does not scale by load yet",
  },
  "http-health": {
    level: "emulated",
    message: "has no startup probe, so Berth's own prober asks until startupSeconds are over",
  },
  "alive-health": { level: "emulated", message: "Berth watches that the group stays Running" },
  "sticky-sessions": { level: "emulated", message: "Berth's gateway keeps a client on one group" },
  files: {
    level: "emulated",
    message: "a file is mounted as its whole directory, which hides the image's own",
  },
};
/** Containers in a group (Microsoft, "Resource availability and quota limits", 2025-11-17). */
export const ACI_MAX_CONTAINERS = 60;
/** What a Spot group can never have (Microsoft, "Spot containers overview", 2025-11-17). */
export const ACI_SPOT_NO_INBOUND =
  "A Spot container group takes no traffic: it has no public address; use on-demand, or kind worker";
