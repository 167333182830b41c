import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { unlessAbsent } from "./durable-file.ts";

/** What the host's owner allows, from `agent.yaml` on the host. The broker can never widen it. */
export interface Limits {
  /** `*`, a registry, or a registry with a path. */
  readonly registries: readonly string[];
  /** Capabilities given back to every container after all were dropped. */
  readonly capabilities: readonly string[];
  /** Host directories that may be mounted, read-only. */
  readonly mounts: readonly string[];
  /** The most containers (sidecars too) this agent may hold. */
  readonly maxContainers: number;
  /** For one container. */
  readonly maxMilliCpu?: number | undefined;
  /** For one container. */
  readonly maxMemoryMiB?: number | undefined;
  /** Processes and threads of one container. */
  readonly pidsLimit: number;
}

/** What holds where the owner wrote nothing. */
export const DEFAULT_LIMITS: Limits = {
  registries: ["*"],
  capabilities: [],
  mounts: [],
  maxContainers: 200,
  pidsLimit: 512,
};

/** Limits from the text of `agent.yaml`. Throws with a sentence on anything unknown or wrong: a guard that was misread must not be laxer. */
export function parseLimits(text: string, file: string): Limits {
  const parsed = LIMITS.safeParse(parse(text) ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`);
  throw new Error(`${file} is not a valid guard file: ${problems.join("; ")}`);
}

/** The owner's limits from the guard file; the defaults only where there is none and none was asked for. Throws a sentence. */
export async function readLimits(file: string, mustExist: boolean): Promise<Limits> {
  const text = await unlessAbsent(readFile(file, "utf8"));
  if (text !== undefined) return parseLimits(text, file);
  if (mustExist) throw new Error(`there is no guard file ${file}`);
  return DEFAULT_LIMITS;
}

const positive = z.int().positive();
const LIMITS = z.strictObject({
  registries: z
    .array(z.string().regex(/^(\*|[a-z0-9.:-]+(\/[a-z0-9._-]+)*)$/))
    .default([...DEFAULT_LIMITS.registries]),
  capabilities: z
    .array(
      z
        .string()
        .regex(/^[A-Z_]{3,40}$/)
        .refine((name) => name !== "ALL", "name each capability"),
    )
    .default([...DEFAULT_LIMITS.capabilities]),
  mounts: z.array(z.string().regex(/^\/(?!.*(^|\/)\.\.(\/|$)).*[^/]$/)).default([...DEFAULT_LIMITS.mounts]),
  maxContainers: positive.default(DEFAULT_LIMITS.maxContainers),
  maxMilliCpu: positive.optional(),
  maxMemoryMiB: positive.optional(),
  pidsLimit: positive.default(DEFAULT_LIMITS.pidsLimit),
});
