import { z } from "zod";

/** What the Engine API answers, as far as it is read here. Parsed at the door: an engine that answers otherwise is an error, not a guess. */

const labels = z.record(z.string(), z.string()).nullish();

export const VERSION_REPLY = z.object({
  Version: z.string().optional(),
  Components: z.array(z.object({ Name: z.string() })).optional(),
});
export type VersionReply = z.infer<typeof VERSION_REPLY>;

export const INFO_REPLY = z.object({ NCPU: z.number(), MemTotal: z.number(), Architecture: z.string() });
export type InfoReply = z.infer<typeof INFO_REPLY>;

export const LIST_REPLY = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()).nullish(),
    Labels: labels,
    State: z.string().optional(),
    Ports: z.array(z.object({ PrivatePort: z.number(), PublicPort: z.number().optional() })).nullish(),
  }),
);
export type ListReply = z.infer<typeof LIST_REPLY>;

export const INSPECT_REPLY = z.object({
  State: z.object({
    Pid: z.number().optional(),
    ExitCode: z.number().optional(),
    Error: z.string().optional(),
    OOMKilled: z.boolean().optional(),
    StartedAt: z.string().optional(),
    FinishedAt: z.string().optional(),
  }),
  HostConfig: z.object({ Memory: z.number().optional() }).optional(),
  Config: z.object({ Labels: labels }).optional(),
});
export type InspectReply = z.infer<typeof INSPECT_REPLY>;

export const IMAGE_REPLY = z.object({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  Config: z.object({ User: z.string().nullish() }).nullish(),
});
export type ImageReply = z.infer<typeof IMAGE_REPLY>;

export const VOLUME_REPLY = z.object({
  Name: z.string(),
  Driver: z.string(),
  Options: z.record(z.string(), z.string()).nullish(),
  Labels: labels,
});
export type VolumeReply = z.infer<typeof VOLUME_REPLY>;

export const VOLUMES_REPLY = z.object({ Volumes: z.array(VOLUME_REPLY).nullish() });
