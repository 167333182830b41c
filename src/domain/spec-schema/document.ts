import { z } from "zod";
import { labelKeyProblem, labelValueProblem } from "../label.ts";
import { WORKLOAD_NAME } from "../name.ts";
import { anyObject, checkedText, mapOf, wholeNumber } from "./fields.ts";
import { job, rollout, scale, usage } from "./life.ts";
import * as limits from "./limits.ts";
import { health, port, ports, route } from "./network.ts";
import { after, before, sidecars, talksTo, volumes, workloadName } from "./parts.ts";
import { args, entrypoint, env, files, id, image, secrets, user, workingDir } from "./process.ts";
import { resources } from "./resources.ts";

/** What every container gets to stop in unasked: the fixed 10 s of Cloud Run, so that the default fits every place. */
const DEFAULT_STOP_GRACE_SECONDS = 10;

/** Every field a spec document may have at its top. Rules across fields are in `rules.ts`. */
export const SPEC_FIELDS = {
  name: workloadName.meta({
    pattern: WORKLOAD_NAME.source,
    description: "The workload's name within its environment.",
  }),
  kind: z
    .enum(["service", "worker", "job"])
    .default("service")
    .describe("service answers requests, worker runs without a port, job runs to its end."),
  image,
  entrypoint,
  args,
  env,
  secrets,
  files,
  resources,
  port,
  route,
  ports,
  health,
  scale,
  before,
  sidecars,
  volumes,
  user,
  workingDir,
  stopGraceSeconds: wholeNumber(0, limits.MAX_STOP_GRACE_SECONDS)
    .default(DEFAULT_STOP_GRACE_SECONDS)
    .describe("Time between the stop signal and the end."),
  singleton: z
    .boolean()
    .default(false)
    .describe("true: never two at once, at the price of a gap when it moves."),
  unreachable: z
    .enum(["replace", "fence"])
    .optional()
    .describe(
      "When its agent is out of reach: replace at once, or only when it has surely stopped (fence). " +
        "fence if absent for workers, jobs, disks, shares and singletons.",
    ),
  priority: wholeNumber(0, 100)
    .default(50)
    .describe("Who goes first when capacity or budget is short; 100 is first."),
  after,
  talksTo,
  job,
  rollout,
  usage,
  policy: z
    .union([id, anyObject], { error: "write a policy's name or an inline policy" })
    .default("default")
    .describe("A policy's name, or an inline policy that may only narrow."),
  labels: mapOf(checkedText(63, labelKeyProblem), checkedText(63, labelValueProblem), limits.MAX_LABELS)
    .default({})
    .describe("Labels put on every resource, in the grammar that AWS, Azure and Google share."),
  "x-ecs": anyObject
    .optional()
    .describe("Fields of the ECS task definition and service that only ECS reads."),
  "x-aci": anyObject
    .optional()
    .describe("Fields of the container group that only Azure Container Instances reads."),
  "x-cloud-run": anyObject.optional().describe("Fields of the service or job that only Cloud Run reads."),
};

/** A spec document as people write it; its output is fields with defaults, before rules across fields. */
export const specSchema = z.strictObject(SPEC_FIELDS);
export type SpecFields = z.output<typeof specSchema>;
/** What of a document could be read; a field that is wrong is absent. */
export type ReadableFields = { readonly [Field in keyof SpecFields]?: SpecFields[Field] | undefined };
