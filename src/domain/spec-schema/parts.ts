import { z } from "zod";
import { mountPathProblem } from "../container-path.ts";
import { workloadNameProblem } from "../name.ts";
import { checkedText, listOf, wholeNumber } from "./fields.ts";
import * as limits from "./limits.ts";
import { args, entrypoint, env, id, image, secrets } from "./process.ts";
import { sidecarResources, storage } from "./resources.ts";

/** `provider/region`, as in `aws/eu-west-1`. */
const PLACE = /^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/;
const MAX_PLACE_CHARS = 127;
const MAX_GIB_PER_MONTH = 1_000_000_000;
const MAX_LATENCY_MS = 60_000;

export const workloadName = checkedText(40, workloadNameProblem);

export const before = listOf(
  z.strictObject({
    name: id.describe("The hook's name."),
    entrypoint,
    args,
    timeoutSeconds: wholeNumber(1, limits.MAX_ROLLOUT_SECONDS)
      .default(600)
      .describe("Longest time it may take."),
  }),
  limits.MAX_BEFORE,
)
  .default([])
  .describe("Run once for each deploy, with the new image, before any new unit; in this order.");

export const sidecars = listOf(
  z.strictObject({
    name: id.describe("The sidecar's name."),
    image,
    entrypoint,
    args,
    env,
    secrets,
    resources: sidecarResources,
    essential: z.boolean().default(true).describe("Whether its exit ends the replica."),
  }),
  limits.MAX_SIDECARS,
)
  .default([])
  .describe("Containers beside the main one in each replica.");

export const volumes = listOf(
  z.strictObject({
    name: id.describe("The volume's name."),
    path: checkedText(limits.MAX_PATH_CHARS, mountPathProblem).describe("Absolute path it is mounted at."),
    size: storage.describe("Size, such as 10Gi, rounded up to whole GiB."),
    kind: z
      .enum(["scratch", "disk", "share"])
      .default("scratch")
      .describe(
        "scratch ends with the replica; disk stays and ties the workload to its place; share is a file system for many.",
      ),
  }),
  limits.MAX_VOLUMES,
)
  .default([])
  .describe("Folders with storage of their own.");

export const talksTo = listOf(
  z.strictObject({
    workload: workloadName.optional().describe("A workload of this project. Give this or place."),
    place: checkedText(MAX_PLACE_CHARS, placeProblem)
      .optional()
      .describe("A provider and region outside Berth, such as aws/eu-west-1. Give this or workload."),
    name: id.optional().describe("What is there, for people."),
    gibPerMonth: z
      .number()
      .min(0)
      .max(MAX_GIB_PER_MONTH)
      .optional()
      .describe("Data exchanged a month in GiB."),
    maxLatencyMs: z
      .number()
      .gt(0)
      .max(MAX_LATENCY_MS)
      .optional()
      .describe("Longest round trip that still works."),
  }),
  limits.MAX_RELATIONS,
)
  .default([])
  .describe("What the workload exchanges data with; it weighs on price, latency and moving.");

export const after = listOf(workloadName, limits.MAX_RELATIONS)
  .default([])
  .describe("Workloads of the same change that must be ready first.");

function placeProblem(place: string): string | undefined {
  return PLACE.test(place) ? undefined : "write provider/region, such as aws/eu-west-1";
}
