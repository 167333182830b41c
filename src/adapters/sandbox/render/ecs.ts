import type { Unit } from "../../../domain/plan.ts";
import { type ContainerPart, containersOf, markOf, namedValues, secretReference } from "./container.ts";

/** The two calls that make a unit on Fargate: RegisterTaskDefinition and CreateService (Amazon ECS API). */
export function renderEcs(unit: Unit): object {
  const { template, shape, name } = unit;
  const tags = Object.entries(markOf(unit)).map(([key, value]) => ({ key, value }));
  const scratch = template.volumes.map((volume) => ({ name: volume.name }));
  return {
    registerTaskDefinition: {
      family: name,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: String((shape.milliCpu * CPU_UNITS_PER_VCPU) / 1_000),
      memory: String(shape.memoryMiB),
      // The field must be left out for the 20 GiB that every task has.
      ephemeralStorage:
        shape.ephemeralStorageGiB > FREE_STORAGE_GIB ? { sizeInGiB: shape.ephemeralStorageGiB } : undefined,
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: shape.arch === "arm64" ? "ARM64" : "X86_64",
      },
      containerDefinitions: containersOf(unit).map((container) => definition(unit, container)),
      volumes: scratch.length === 0 ? undefined : scratch,
      tags,
    },
    createService: {
      serviceName: name,
      taskDefinition: name,
      desiredCount: unit.replicas.min,
      ...(unit.billing === "spot"
        ? { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] }
        : { launchType: "FARGATE" }),
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: "ENABLED" } },
      propagateTags: "SERVICE",
      tags,
    },
    ...(template["x-ecs"] === undefined ? {} : { "x-ecs": template["x-ecs"] }),
  };
}

function definition(unit: Unit, container: ContainerPart) {
  const { route, ports, user, workingDir, stopGraceSeconds, volumes } = unit.template;
  const common = {
    name: container.name,
    image: container.image,
    essential: container.essential,
    entryPoint: container.entrypoint,
    command: container.args,
    environment: namedValues(container.env),
    secrets: Object.entries(container.secrets).map(([name, secret]) => ({
      name,
      valueFrom: secretReference(secret),
    })),
    memoryReservation: container.memoryMiB,
  };
  if (!container.main) return common;
  const open = [...(route === undefined ? [] : [{ port: route.port, protocol: "tcp" }]), ...ports];
  return {
    ...common,
    portMappings: open.map(({ port, protocol }) => ({ containerPort: port, protocol })),
    user: user === undefined ? undefined : String(user),
    workingDirectory: workingDir,
    stopTimeout: stopGraceSeconds,
    mountPoints: volumes.map((volume) => ({ sourceVolume: volume.name, containerPath: volume.path })),
  };
}

const CPU_UNITS_PER_VCPU = 1_024;
const FREE_STORAGE_GIB = 20;
