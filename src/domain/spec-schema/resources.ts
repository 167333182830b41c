import { z } from "zod";
import { formatCpu, formatMemory, formatStorage, parseCpu, parseMemory, parseStorage } from "../quantity.ts";
import { ID } from "../name.ts";
import { checkedText, quantity, wholeNumber } from "./fields.ts";
import * as limits from "./limits.ts";

/** What a container gets that asks for nothing: half a vCPU and 512 MiB, a size Cloud Run takes and the others come near to. */
export const DEFAULT_MILLI_CPU = 500;
export const DEFAULT_MEMORY_MIB = 512;
/** A sidecar usually forwards or ships logs: half of that. */
export const DEFAULT_SIDECAR_MILLI_CPU = 250;
export const DEFAULT_SIDECAR_MEMORY_MIB = 256;
/** What Fargate gives unasked; more is a demand of its own. */
export const DEFAULT_EPHEMERAL_STORAGE_GIB = 20;

export const storage = quantity({
  parse: parseStorage,
  format: formatStorage,
  min: 1,
  max: limits.MAX_STORAGE_GIB,
});

const cpu = (absentMilliCpu: number) =>
  quantity({ parse: parseCpu, format: formatCpu, min: 1, max: limits.MAX_MILLI_CPU })
    .optional()
    .describe(`vCPUs, such as 0.5 or 500m. ${formatCpu(absentMilliCpu)} if absent.`);
const memory = (absentMiB: number) =>
  quantity({
    parse: parseMemory,
    format: formatMemory,
    min: limits.MIN_MEMORY_MIB,
    max: limits.MAX_MEMORY_MIB,
  })
    .optional()
    .describe(`Memory, such as 512Mi or 1Gi, rounded up to whole MiB. ${formatMemory(absentMiB)} if absent.`);

const gpu = z
  .union(
    [
      z.literal("none"),
      z.strictObject({
        type: checkedText(63, gpuTypeProblem).describe("The accelerator's name, such as nvidia-l4."),
        count: wholeNumber(1, limits.MAX_GPUS).default(1).describe("How many for each replica."),
      }),
    ],
    { error: "write none, or an object with type and count" },
  )
  .default("none")
  .describe("none, or the type and number of accelerators.");

export const resources = z
  .strictObject({
    cpu: cpu(DEFAULT_MILLI_CPU),
    memory: memory(DEFAULT_MEMORY_MIB),
    ephemeralStorage: storage
      .optional()
      .describe("Disk that ends with the container, rounded up to whole GiB. 20Gi if absent."),
    arch: z
      .enum(["any", "amd64", "arm64"])
      .default("any")
      .describe("Processor architectures the image runs on."),
    gpu,
  })
  .prefault({})
  .describe("What one replica of the main container gets.");

/** A sidecar's share: its size only, since disk and architecture are the unit's. */
export const sidecarResources = z
  .strictObject({ cpu: cpu(DEFAULT_SIDECAR_MILLI_CPU), memory: memory(DEFAULT_SIDECAR_MEMORY_MIB) })
  .prefault({})
  .describe("What the sidecar gets.");

function gpuTypeProblem(type: string): string | undefined {
  return ID.test(type)
    ? undefined
    : "an accelerator's name has lower-case letters, digits and -, such as nvidia-l4";
}
