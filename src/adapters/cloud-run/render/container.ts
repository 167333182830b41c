import type { ContainerSize } from "../../../domain/needs.ts";
import type { Template, Unit } from "../../../domain/plan.ts";
import { volumeName } from "../../volume-name.ts";
import { pullable } from "./image.ts";
import { livenessProbe, startupProbe } from "./probes.ts";
import type { Rendering } from "./rendering.ts";
import { sizesOf } from "./sizes.ts";

/** What of a container depends on the collection it is for. */
export interface ContainerOptions {
  /** Set where the collection knows it: CPU only while a request is served, or always. */
  readonly cpuIdle?: boolean | undefined;
}

/** Every container of a unit, the main one first (GoogleCloudRunV2Container). */
export function containersOf(unit: Unit, options: ContainerOptions, rendering: Rendering): readonly object[] {
  const { template, shape } = unit;
  const asked = [template, ...template.sidecars].map(({ name, resources }) => ({ name, ...resources }));
  const [mine = shape, ...theirs] = sizesOf(shape, asked, scratchOf(template));
  return [
    mainContainer(unit, resourcesOf(mine, options), rendering),
    ...template.sidecars.map((sidecar, index) => ({
      name: sidecar.name,
      ...process(sidecar, sidecar.image, rendering),
      resources: resourcesOf(theirs[index] ?? sidecar.resources, options),
      volumeMounts: [],
    })),
  ].map(({ volumeMounts, ...container }) => ({
    ...container,
    volumeMounts: volumeMounts.length === 0 ? undefined : volumeMounts,
  }));
}

const scratchOf = ({ volumes }: Template): number => volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);

function mainContainer({ template }: Unit, resources: object, rendering: Rendering) {
  const { route, health } = template;
  return {
    name: template.name,
    // PORT is not among the variables: Cloud Run sets it to the port, and refuses it here.
    ...process(template, pinned(template), rendering),
    workingDir: template.workingDir,
    ports: route && [{ name: route.protocol === "http1" ? "http1" : "h2c", containerPort: route.port }],
    startupProbe: route && startupProbe(health, route),
    livenessProbe: route && livenessProbe(health, route),
    // Nothing in dependsOn: Google takes only containers with a startup probe there (GoogleCloudPlatform/cloud-run-samples#230), and
    // a sidecar says no port that could be asked. So all containers start at once.
    resources,
    volumeMounts: [
      ...template.volumes.map(({ name, path }) => ({ name: volumeName(name), mountPath: path })),
      ...rendering.secrets.directories.map(({ path }, index) => ({
        name: directoryName(index),
        mountPath: path,
      })),
    ],
  };
}

interface Process {
  readonly entrypoint?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

function process(part: Process, image: string, rendering: Rendering) {
  const { entrypoint, args, env, secrets } = part;
  const variables = [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...Object.entries(secrets).map(([name, reference]) => ({
      name,
      valueSource: { secretKeyRef: rendering.secrets.variables[reference] },
    })),
  ];
  return {
    image: pullable(image, rendering),
    command: entrypoint,
    args,
    env: variables.length === 0 ? undefined : variables,
  };
}

function resourcesOf({ milliCpu, memoryMiB }: ContainerSize, { cpuIdle }: ContainerOptions) {
  const cpu = milliCpu % 1000 === 0 ? String(milliCpu / 1000) : `${milliCpu}m`;
  return { limits: { cpu, memory: `${memoryMiB}Mi` }, cpuIdle };
}

/** What the volume behind a directory of files is called. */
export const directoryName = (index: number): string => `dir-${index}`;

function pinned({ image, digest }: Template): string {
  return digest === undefined ? image : `${image.split("@", 1)[0] ?? image}@${digest}`;
}
