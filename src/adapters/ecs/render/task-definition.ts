import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { canonicalJson } from "../../../domain/canonical-json.ts";
import { AdapterError } from "../../../domain/fault.ts";
import type { Owner } from "../../cloud-ports.ts";
import { familyOf, jobFamilyOf } from "../names.ts";
import { containersOf, type Rendering } from "./container.ts";
import { unitTags } from "./tags.ts";

/** Storage that every task has; the field must be left out for it (Amazon ECS API, EphemeralStorage: 21 to 200). */
const INCLUDED_STORAGE_GIB = 20;
const CPU_UNITS = 1_024;
/** Amazon ECS service quotas, "Task definition size". */
const MOST_BYTES = 64 * 1_024;
/** What may be added to a rendered definition: the ARNs in place of secrets' names, and tags. */
const SPARE_BYTES = 4 * 1_024;

/**
 * What `RegisterTaskDefinition` is told, with the names of secrets in place of their ARNs. Its family is a hash of all it says, so
 * that equal definitions are registered once (the API sustains one a second); a job's is its unit's own, registered once for all tries.
 * Throws `AdapterError` "invalid" for more than a definition holds.
 */
export function renderTaskDefinition(
  rendering: Rendering,
  owner?: Owner,
): RegisterTaskDefinitionCommandInput {
  const { unit, config } = rendering;
  const { shape, template } = unit;
  const content = {
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: String((shape.milliCpu * CPU_UNITS) / 1_000),
    memory: String(shape.memoryMiB),
    ...(shape.ephemeralStorageGiB > INCLUDED_STORAGE_GIB
      ? { ephemeralStorage: { sizeInGiB: shape.ephemeralStorageGiB } }
      : {}),
    runtimePlatform: {
      operatingSystemFamily: "LINUX",
      cpuArchitecture: shape.arch === "arm64" ? "ARM64" : "X86_64",
    },
    executionRoleArn: config.roles.execution,
    ...(config.roles.task === undefined ? {} : { taskRoleArn: config.roles.task }),
    containerDefinitions: containersOf(rendering),
    ...(template.volumes.length === 0 ? {} : { volumes: template.volumes.map(({ name }) => ({ name })) }),
  } satisfies Omit<RegisterTaskDefinitionCommandInput, "family">;
  const text = canonicalJson(content);
  if (new TextEncoder().encode(text).byteLength > MOST_BYTES - SPARE_BYTES)
    throw new AdapterError(
      "invalid",
      "A task definition of ECS holds 64 KiB: make env, args and entrypoint shorter, or put what is long into a file that the program fetches.",
    );
  return {
    family: rendering.way === "job" ? jobFamilyOf(unit, text) : familyOf(unit, text),
    ...content,
    tags: [...unitTags(unit, owner)],
  };
}
