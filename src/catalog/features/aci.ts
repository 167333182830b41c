import { type CapabilityTable, dropped, emulated, exact } from "./capability.ts";
import { GRAVITY } from "./gravity-sentence.ts";
import { NOT_YET } from "./not-yet.ts";

const PORTS =
  "A container group opens a port on its public address or, outside a virtual network, not at all: remove ports";
// azure-cli#26273 and terraform-provider-azurerm#23034: securityContext.runAsUser is for the SKU Confidential alone.
const USER =
  "Container Instances sets a user only for groups of its Confidential SKU, which Berth does not sell: set USER in the image and remove user";
const FOLDER = "a file is mounted as its whole folder, which hides the image's own";

/** What Azure Container Instances (api-version 2023-05-01, Linux, Standard) does with a portable spec. */
export const ACI_CAPABILITIES: CapabilityTable = {
  features: {
    ...NOT_YET,
    service: exact,
    worker: exact,
    job: exact,
    // Berth itself starts each run when its time has come.
    schedule: exact,
    entrypoint: exact,
    "args-alone": emulated("the image's own entrypoint, read from its registry, is put before args"),
    env: exact,
    secrets: exact,
    "secret-files": emulated(FOLDER),
    files: emulated(FOLDER),
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
    "http-health": emulated(
      "Azure probes over HTTP/1.1 and has no startup probe: it restarts a container that fails after startupSeconds, and Berth's own prober decides on traffic",
    ),
    "grpc-health": dropped(
      "Container Instances cannot probe gRPC and Berth's own prober speaks HTTP only: use health.path, or leave it to the port",
    ),
    "alive-health": emulated("Berth watches that the group stays Running"),
    autoscale: emulated("runs scale.min replicas, each a container group, which nothing scales by load"),
    "scale-to-zero": dropped(
      "Nothing starts a container group when a request comes: set scale.min to 1 or more",
    ),
    sidecars: emulated(
      "Azure restarts each container by itself, so one that is not essential is started again, too",
    ),
    "scratch-volumes": emulated("has no size of its own: all share the group's 50 GiB"),
    "disk-volumes": dropped(
      "Container Instances has no disks to attach: use a scratch volume, or a pool of agents",
    ),
    "share-volumes": dropped(
      "Berth does not mount Azure Files on Container Instances yet: use a scratch volume, or a pool of agents",
    ),
    "numeric-user": dropped(USER),
    "named-user": dropped(USER),
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
  route: emulated("reached over plain HTTP: Container Instances has no TLS"),
  limits: {
    // Microsoft, "Resource availability and quota limits", 2025-11-17.
    containers: {
      most: 60,
      message: "A container group has at most 60 containers: remove some of the sidecars",
    },
    mounts: {
      most: 20,
      message:
        "A container group mounts at most 20 volumes, and a folder with files is one: use fewer folders",
    },
  },
};
/** What a Spot group can never have (Microsoft, "Spot containers overview", 2025-11-17). */
export const ACI_SPOT_NO_INBOUND =
  "A Spot container group takes no traffic: it has no public address; use on-demand, or kind worker";
