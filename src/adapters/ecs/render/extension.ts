import type { ContainerDefinition, CreateServiceCommandInput } from "@aws-sdk/client-ecs";
import { AdapterError } from "../../../domain/fault.ts";
import { hint } from "../../config.ts";
import type { Way } from "../way.ts";

/** What `x-ecs` may add, by where it goes. Nothing that Berth itself decides can be said here. */
export interface Extension {
  readonly container: Pick<ContainerDefinition, "readonlyRootFilesystem" | "linuxParameters">;
  readonly service: Pick<CreateServiceCommandInput, "enableExecuteCommand" | "availabilityZoneRebalancing">;
}

const FIELDS = [
  "readonlyRootFilesystem",
  "initProcessEnabled",
  "enableExecuteCommand",
  "availabilityZoneRebalancing",
] as const;

/** Reads the `x-ecs` of a spec. Throws `AdapterError` "invalid" with the sentence for the first field that it cannot take. */
export function extensionOf(given: Readonly<Record<string, unknown>> = {}): Extension {
  for (const field of Object.keys(given)) if (!isField(field)) throw unknownField(field);
  for (const field of FIELDS)
    if (given[field] !== undefined && typeof given[field] !== "boolean")
      throw new AdapterError("invalid", `x-ecs.${field} is true or false: write one of them.`);
  const { readonlyRootFilesystem, initProcessEnabled, enableExecuteCommand } = given;
  const rebalancing = given["availabilityZoneRebalancing"];
  return {
    container: {
      ...(typeof readonlyRootFilesystem === "boolean" ? { readonlyRootFilesystem } : {}),
      ...(typeof initProcessEnabled === "boolean" ? { linuxParameters: { initProcessEnabled } } : {}),
    },
    service: {
      ...(typeof enableExecuteCommand === "boolean" ? { enableExecuteCommand } : {}),
      ...(rebalancing === undefined
        ? {}
        : { availabilityZoneRebalancing: rebalancing === true ? "ENABLED" : "DISABLED" }),
    },
  };
}

interface Circumstances {
  readonly way: Way;
  readonly singleton: boolean;
  readonly hasTaskRole: boolean;
}

/** Throws `AdapterError` "invalid" where ECS would refuse a field, where it would have no effect in a unit's way, or would undo what the spec asks for. */
export function refuseDropped({ service }: Extension, { way, singleton, hasTaskRole }: Circumstances): void {
  const [field] = way === "express" ? Object.keys(service) : [];
  if (field !== undefined)
    throw new AdapterError(
      "invalid",
      `x-ecs.${field} cannot be said of a service in Express Mode: remove it, or use a target without roles.infrastructure.`,
    );
  if (way === "job" && service.availabilityZoneRebalancing !== undefined)
    throw new AdapterError(
      "invalid",
      "x-ecs.availabilityZoneRebalancing means nothing for a job, whose tries are single tasks: remove it.",
    );
  // Amazon ECS developer guide, "ECS Exec": its agent speaks with the task's own role.
  if (service.enableExecuteCommand === true && !hasTaskRole)
    throw new AdapterError(
      "invalid",
      "x-ecs.enableExecuteCommand needs a role of the task, with which ECS opens the channel: give the target roles.task, or remove it.",
    );
  if (singleton && service.availabilityZoneRebalancing === "ENABLED")
    throw new AdapterError(
      "invalid",
      "x-ecs.availabilityZoneRebalancing would start a singleton's next task before the last has stopped: remove it, or set it to false.",
    );
}

function isField(field: string): field is (typeof FIELDS)[number] {
  return FIELDS.some((known) => known === field);
}

function unknownField(field: string): AdapterError {
  return new AdapterError(
    "invalid",
    `x-ecs has no field ${field}; it takes ${FIELDS.join(", ")}${hint(field, FIELDS)}`,
  );
}
