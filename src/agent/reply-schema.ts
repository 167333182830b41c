import { z } from "zod";
import type { JoinReply, SyncReply } from "../domain/agent-protocol.ts";

/** What a broker may answer. An agent believes nothing that does not have this shape; fields it does not know are dropped. */

const id = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const count = z.int().min(0);
const port = z.int().min(1).max(65_535);
const texts = z.record(z.string(), z.string());
const list = z.array(z.string()).optional();
const arch = z.enum(["any", "amd64", "arm64"]);
const size = z.object({ milliCpu: z.int().positive(), memoryMiB: z.int().positive() });

const template = z.object({
  name,
  kind: z.enum(["service", "worker", "job"]),
  image: z.string(),
  digest: z.string().optional(),
  entrypoint: list,
  args: list,
  env: texts,
  secrets: texts,
  files: z.array(
    z.object({ path: z.string(), content: z.string().optional(), secret: z.string().optional() }),
  ),
  resources: size.extend({
    ephemeralStorageGiB: z.number(),
    arch,
    gpu: z.object({ type: z.string(), count }).optional(),
  }),
  ports: z.array(z.object({ name: z.string(), port, protocol: z.enum(["tcp", "udp"]) })),
  sidecars: z.array(
    z.object({
      name,
      image: z.string(),
      entrypoint: list,
      args: list,
      env: texts,
      secrets: texts,
      resources: size,
      essential: z.boolean(),
    }),
  ),
  volumes: z.array(
    z.object({ name, path: z.string(), sizeGiB: z.number(), kind: z.enum(["scratch", "disk", "share"]) }),
  ),
  user: z.union([z.string(), z.number()]).optional(),
  workingDir: z.string().optional(),
  stopGraceSeconds: count,
  singleton: z.boolean(),
  unreachable: z.enum(["replace", "fence"]),
  labels: texts,
  route: z
    .object({ port, protocol: z.enum(["http1", "h2c", "grpc"]), access: z.enum(["public", "private"]) })
    .optional(),
  health: z.object({
    path: z.string().optional(),
    grpc: z.string().optional(),
    aliveSeconds: z.number().optional(),
    intervalSeconds: z.number().positive(),
    timeoutSeconds: z.number().positive(),
    failureThreshold: z.int().positive(),
    startupSeconds: z.number(),
  }),
});

export const UNIT = z.object({
  id,
  name,
  project: z.string(),
  environment: z.string(),
  workload: name,
  birth: count,
  revision: z.string(),
  place: z.object({
    provider: z.enum(["ecs", "aci", "cloud-run", "agents"]),
    target: z.string().optional(),
    region: z.string(),
    host: z.string().optional(),
  }),
  offer: z.string(),
  shape: size.extend({ ephemeralStorageGiB: z.number(), arch }),
  billing: z.enum(["on-demand", "spot", "request", "instance", "job", "worker-pool", "own"]),
  ordinal: count,
  attempt: count,
  replicas: z.object({ min: count, max: count }),
  template,
});

export const DOOMED = z.object({ id, name, stopGraceSeconds: count });

export const SYNC_REPLY: z.ZodType<SyncReply> = z.object({
  installation: id,
  epoch: count,
  leaseMs: z.int().min(1_000).max(3_600_000),
  pollMs: z.int().min(100).max(600_000),
  units: z.array(UNIT).max(10_000),
  doomed: z.array(DOOMED).max(10_000),
  secrets: z
    .array(z.union([z.object({ unit: id, values: texts }), z.object({ unit: id, because: z.string() })]))
    .max(10_000)
    .optional(),
  logins: z
    .array(z.object({ host: z.string(), username: z.string(), password: z.string() }))
    .max(10_000)
    .optional(),
});

export const JOIN_REPLY: z.ZodType<JoinReply> = z.object({ agentId: id, installation: id, pool: name });
