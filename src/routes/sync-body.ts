import { z } from "zod";

/** An agent is a stranger until its words are checked: every text, list and number of a sync is bounded. */
const MAX_UNITS = 1_000;
const MAX_ENDPOINTS = 1_000;
const MAX_LABELS = 64;
const MAX_REGISTRIES = 256;
const MAX_LAST_LINES = 100;
const MAX_LINE_CHARACTERS = 4_096;
/** A restore raises the epoch by one; no installation sees a billion. */
const MAX_EPOCH = 1_000_000_000;

const text = (most: number) => z.string().max(most);
const count = (most: number) => z.int().min(0).max(most);

// Link-local addresses hold the clouds' metadata services: no agent's traffic goes there.
const LINK_LOCAL = /^(169\.254\.|fe[89ab][0-9a-f]:|fd00:ec2:|metadata\.google\.internal$)/i;
const address = text(253)
  .regex(/^[A-Za-z0-9:._-]+$/, { error: "write a host name or an address, without a port" })
  .refine((host) => !LINK_LOCAL.test(host), {
    error: "a link-local address cannot be reached from the broker",
  });

const Endpoint = z.strictObject({
  replica: count(MAX_UNITS),
  url: text(512),
  transport: z.enum(["tls", "plain", "line"]),
  bypassable: z.boolean(),
  ready: z.boolean(),
});

const Observation = z.strictObject({
  unit: text(128),
  phase: z.enum(["creating", "starting", "ready", "unready", "failed", "stopping", "stopped"]),
  ready: count(MAX_UNITS),
  replicas: count(MAX_UNITS),
  endpoints: z.array(Endpoint).max(MAX_ENDPOINTS),
  reason: text(MAX_LINE_CHARACTERS).optional(),
  exitCode: z.int().min(-1_000).max(1_000).optional(),
  restarts: count(1_000_000_000),
  lastLines: z.array(text(MAX_LINE_CHARACTERS)).max(MAX_LAST_LINES),
  at: z.number().min(0).max(1e15),
});

const Report = z.strictObject({
  capacity: z.strictObject({ milliCpu: count(10_000_000), memoryMiB: count(100_000_000) }),
  arch: z.enum(["amd64", "arm64"]),
  labels: z
    .record(text(128), text(256))
    .refine((map) => Object.keys(map).length <= MAX_LABELS, { error: `at most ${MAX_LABELS} labels` }),
  engine: text(128),
  version: text(128),
  address: address.optional(),
  engineOk: z.boolean(),
  guard: z.strictObject({
    registries: z.array(text(256)).max(MAX_REGISTRIES),
    maxMemoryMiB: count(100_000_000).optional(),
  }),
  epoch: count(MAX_EPOCH),
});

const Unrecognised = z.strictObject({
  unit: text(128),
  name: text(256),
  project: text(128),
  workload: text(128),
  detail: text(MAX_LINE_CHARACTERS),
});

/** The body of an agent's sync. */
export const SyncRequest = z.strictObject({
  report: Report,
  observations: z.array(Observation).max(MAX_UNITS),
  complete: z.boolean(),
  unrecognised: z.array(Unrecognised).max(MAX_UNITS),
  secretsOf: z.array(text(128)).max(MAX_UNITS).optional(),
});
