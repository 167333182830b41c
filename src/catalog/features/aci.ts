import { type CapabilityTable, dropped, emulated, exact } from "./capability.ts";
import { GRAVITY } from "./gravity-sentence.ts";
import { NOT_YET } from "./not-yet.ts";

const PORTS =
  "A container group opens a port on its public address or, outside a virtual network, not at all: remove ports";

/** What Azure Container Instances (api-version 2023-05-01, Linux, Standard) does with a portable spec. */
export const ACI_CAPABILITIES: CapabilityTable = {
  features: {
    ...NOT_YET,
    service: exact,
    worker: exact,
    entrypoint: exact,
    "args-alone": dropped(
      "Container Instances has one command that replaces both ENTRYPOINT and CMD: give entrypoint together with args",
    ),
    env: exact,
    secrets: exact,
    "secret-files": emulated("a file is mounted as its whole directory, which hides the image's own"),
    files: emulated("a file is mounted as its whole directory, which hides the image's own"),
    "large-ephemeral-storage": exact,
    arm64: dropped("Container Instances runs amd64 images only: set resources.arch to amd64 or any"),
    gpu: dropped(
      "Container Instances retired its GPUs on 2025-07-14: remove resources.gpu, or use a pool of agents",
    ),
    http1: exact,
    h2c: exact,
    grpc: exact,
    "public-access": exact,
    "custom-hosts": exact,
    "sticky-sessions": emulated("Berth's gateway keeps a client on one group"),
    "tcp-ports": dropped(PORTS),
    "udp-ports": dropped(PORTS),
    "http-health": emulated("has no startup probe, so Berth's own prober asks until startupSeconds are over"),
    "grpc-health": dropped(
      "Container Instances cannot probe gRPC and Berth's own prober speaks HTTP only: use health.path, or leave it to the port",
    ),
    "alive-health": emulated("Berth watches that the group stays Running"),
    autoscale: emulated("runs scale.min replicas, each a group, which Berth does not scale by load yet"),
    "scale-to-zero": dropped(
      "Nothing starts a container group when a request comes: set scale.min to 1 or more",
    ),
    sidecars: exact,
    "scratch-volumes": exact,
    "disk-volumes": dropped(
      "Container Instances has no disks to attach: use a scratch volume, or a pool of agents",
    ),
    "share-volumes": dropped(
      "Berth does not mount Azure Files on Container Instances yet: use a scratch volume, or a pool of agents",
    ),
    "numeric-user": exact,
    "named-user": dropped("Container Instances takes numeric users only: set user to a number"),
    "working-dir": dropped("Container Instances cannot set a working directory: set WORKDIR in the image"),
    "long-stop-grace": dropped(
      "Container Instances does not let a stop grace be set: set stopGraceSeconds to 10 or less",
    ),
    singleton: exact,
    // Azure's own answer says whether a group is gone, so no lease is needed to be sure.
    fencing: exact,
    logs: exact,
    "data-gravity": emulated(GRAVITY),
  },
  route: emulated("plain HTTP from the gateway"),
  limits: {
    // Microsoft, "Resource availability and quota limits", 2025-11-17.
    containers: {
      most: 60,
      message: "A container group has at most 60 containers: remove some of the sidecars",
    },
  },
};
/** What a Spot group can never have (Microsoft, "Spot containers overview", 2025-11-17). */
export const ACI_SPOT_NO_INBOUND =
  "A Spot container group takes no traffic: it has no public address; use on-demand, or kind worker";
