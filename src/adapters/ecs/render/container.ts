import type { ContainerDefinition, ContainerDependency, PortMapping } from "@aws-sdk/client-ecs";
import { pinnedImage } from "../../../domain/image.ts";
import type { TemplateSidecar, Unit } from "../../../domain/plan.ts";
import type { EcsConfig } from "../config.ts";
import { logPrefix, secretName } from "../names.ts";
import type { Way } from "../way.ts";
import type { Extension } from "./extension.ts";

/** What Express Mode calls the main container (Amazon ECS API, CreateExpressGatewayService, taskDefinitionArn). */
export const EXPRESS_CONTAINER = "Main";
const EXPRESS_PORT_NAME = "http";
/** CPU units of ECS in one vCPU. */
const CPU_UNITS = 1_024;
/** Docker counts 0 as "not said", for which Fargate waits 30 s (Amazon ECS API, stopTimeout). */
const LEAST_STOP_SECONDS = 1;

/** Everything a unit's containers are rendered from. */
export interface Rendering {
  readonly unit: Unit;
  readonly config: EcsConfig;
  readonly way: Way;
  readonly extension: Extension;
}

/** The containers of a unit, the main one first. Secrets are named, by the names they have at Secrets Manager. */
export function containersOf(rendering: Rendering): ContainerDefinition[] {
  const { template } = rendering.unit;
  return [
    mainContainer(rendering),
    ...template.sidecars.map((sidecar) => besideContainer(rendering, sidecar)),
  ];
}

/** The main container's name in the task definition. */
export function mainName(unit: Unit, way: Way): string {
  return way === "express" ? EXPRESS_CONTAINER : unit.template.name;
}

function mainContainer({ unit, config, way, extension }: Rendering): ContainerDefinition {
  const { template } = unit;
  const port = template.route === undefined ? {} : { PORT: String(template.route.port) };
  const image = template.digest === undefined ? template.image : pinnedImage(template.image, template.digest);
  const { entrypoint, args, secrets, user, workingDir, volumes, sidecars } = template;
  return {
    name: mainName(unit, way),
    ...process(unit, { image, entrypoint, args, env: { ...template.env, ...port }, secrets }),
    ...sizeOf(template.resources),
    essential: true,
    // Started after those it cannot be without, and stopped before them (Amazon ECS API, ContainerDefinition, dependsOn): what it still
    // sends while it stops goes through them.
    ...listed(
      "dependsOn",
      sidecars
        .filter(({ essential }) => essential)
        .map(({ name }): ContainerDependency => ({ containerName: name, condition: "START" })),
    ),
    ...listed("portMappings", portsOf(unit, way)),
    ...listed(
      "mountPoints",
      volumes.map(({ name, path }) => ({ sourceVolume: name, containerPath: path })),
    ),
    ...(user === undefined ? {} : { user: String(user) }),
    ...(workingDir === undefined ? {} : { workingDirectory: workingDir }),
    stopTimeout: stopTimeoutOf(unit),
    logConfiguration: logsOf(unit, config),
    ...extension.container,
  };
}

function besideContainer({ unit, config }: Rendering, sidecar: TemplateSidecar): ContainerDefinition {
  return {
    name: sidecar.name,
    ...process(unit, sidecar),
    ...sizeOf(sidecar.resources),
    essential: sidecar.essential,
    stopTimeout: stopTimeoutOf(unit),
    logConfiguration: logsOf(unit, config),
  };
}

type Process = Pick<TemplateSidecar, "image" | "entrypoint" | "args" | "env" | "secrets">;

function process(unit: Unit, { image, entrypoint, args, env, secrets }: Process) {
  return {
    image,
    ...(entrypoint === undefined ? {} : { entryPoint: [...entrypoint] }),
    ...(args === undefined ? {} : { command: [...args] }),
    ...listed(
      "environment",
      sorted(env).map(([name, value]) => ({ name, value })),
    ),
    ...listed(
      "secrets",
      sorted(secrets).map(([name, secret]) => ({ name, valueFrom: secretName(unit.name, secret) })),
    ),
  };
}

// Shares of the task: CPU is weighed by them, and memory is kept for each as long as the task has it.
function sizeOf({ milliCpu, memoryMiB }: { readonly milliCpu: number; readonly memoryMiB: number }) {
  return { cpu: Math.floor((milliCpu * CPU_UNITS) / 1_000), memoryReservation: memoryMiB };
}

function portsOf(unit: Unit, way: Way): readonly PortMapping[] {
  const { route, ports } = unit.template;
  const routed: PortMapping[] =
    route === undefined
      ? []
      : [
          {
            containerPort: route.port,
            protocol: "tcp",
            ...(way === "express" ? { name: EXPRESS_PORT_NAME } : {}),
          },
        ];
  return [...routed, ...ports.map(({ port, protocol }): PortMapping => ({ containerPort: port, protocol }))];
}

const stopTimeoutOf = ({ template }: Unit): number => Math.max(LEAST_STOP_SECONDS, template.stopGraceSeconds);

function logsOf(unit: Unit, config: EcsConfig): ContainerDefinition["logConfiguration"] {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": config.logGroup,
      "awslogs-region": unit.place.region,
      "awslogs-stream-prefix": logPrefix(unit),
    },
  };
}

const sorted = (record: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

function listed<Field extends string, Item>(field: Field, items: readonly Item[]): { [F in Field]?: Item[] } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one computed key, named by the type
  return (items.length === 0 ? {} : { [field]: [...items] }) as { [F in Field]?: Item[] };
}
