import type { Unit } from "../../domain/plan.ts";
import type { Sidecar } from "../../domain/spec.ts";
import { isLocalOnly, parseImageName, pullName } from "../image-name.ts";
import type { Limits } from "../limits.ts";
import { containerName, labelsOf, LABEL_PREFIX, MAIN, volumeName } from "../mark.ts";
import type { Mark, Owner } from "../mark.ts";
import type { ContainerPayload, HostConfig, VolumePayload } from "./payload-types.ts";

/** Everything the engine is asked to make for one replica, in order: volumes, the main container, its sidecars. */
export interface ReplicaPayload {
  readonly volumes: readonly { readonly payload: VolumePayload; readonly path: string }[];
  /** The main container first: the others join its network. */
  readonly containers: readonly NamedPayload[];
}
export interface NamedPayload {
  readonly name: string;
  readonly mark: Mark;
  readonly payload: ContainerPayload;
}

/** What a payload depends on besides the unit. */
export interface PayloadSettings {
  readonly owner: Owner;
  readonly limits: Limits;
  /** Address that published ports are bound to. */
  readonly publishOn: string;
  readonly engine: "docker" | "podman";
}

/** The payloads of one replica. Pure: the same unit gives the same bytes. */
export function replicaPayload(unit: Unit, replica: number, settings: PayloadSettings): ReplicaPayload {
  const markFor = (container: string): Mark => markOfUnit(unit, replica, container, settings.owner);
  const named = (container: string, payload: ContainerPayload): NamedPayload => ({
    name: containerName(unit.name, replica, container),
    mark: markFor(container),
    payload,
  });
  return {
    volumes: unit.template.volumes.map((volume) => ({
      path: volume.path,
      payload: {
        Name: volumeName(unit.name, replica, volume.name),
        Driver: "local",
        Labels: labelsOf(markFor(MAIN)),
      },
    })),
    containers: [
      named(MAIN, mainPayload(unit, replica, labels(unit, markFor(MAIN)), settings)),
      ...unit.template.sidecars.map((sidecar) =>
        named(
          sidecar.name,
          sidecarPayload(unit, replica, sidecar, labels(unit, markFor(sidecar.name)), settings),
        ),
      ),
    ],
  };
}

function mainPayload(
  unit: Unit,
  replica: number,
  marked: Labels,
  settings: PayloadSettings,
): ContainerPayload {
  const { template } = unit;
  const ports = [
    ...(template.route === undefined ? [] : [template.route.port]),
    ...template.ports.map(({ port }) => port),
  ];
  const keys = [...new Set(ports)].map((port) => `${String(port)}/tcp`);
  const port = template.route === undefined ? {} : { PORT: String(template.route.port) };
  return {
    Image: imageToRun(template.image, template.digest),
    ...command(template),
    Env: environment({ ...template.env, ...port }),
    ...(template.user === undefined ? {} : { User: String(template.user) }),
    ...(template.workingDir === undefined ? {} : { WorkingDir: template.workingDir }),
    Hostname: hostname(unit.workload, replica),
    Labels: marked,
    ...(keys.length === 0 ? {} : { ExposedPorts: Object.fromEntries(keys.map((key) => [key, {}])) }),
    StopTimeout: template.stopGraceSeconds,
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: "default",
      ...(keys.length === 0
        ? {}
        : {
            PortBindings: Object.fromEntries(
              keys.map((key) => [key, [{ HostIp: settings.publishOn, HostPort: "0" }]]),
            ),
          }),
      ...(template.volumes.length === 0 ? {} : { Mounts: mounts(unit, replica) }),
      ...contained(template.resources, settings),
    },
  };
}

function sidecarPayload(
  unit: Unit,
  replica: number,
  sidecar: Sidecar,
  marked: Labels,
  settings: PayloadSettings,
): ContainerPayload {
  return {
    Image: imageToRun(sidecar.image, undefined),
    ...command(sidecar),
    Env: environment(sidecar.env),
    Labels: marked,
    StopTimeout: unit.template.stopGraceSeconds,
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: `container:${containerName(unit.name, replica, MAIN)}`,
      ...contained(sidecar.resources, settings),
    },
  };
}

/** The limits and denials that every container gets. */
function contained(
  size: { readonly milliCpu: number; readonly memoryMiB: number },
  settings: PayloadSettings,
) {
  const { capabilities, pidsLimit } = settings.limits;
  return {
    NanoCpus: size.milliCpu * NANOS_PER_MILLICPU,
    Memory: size.memoryMiB * MEBIBYTE,
    PidsLimit: pidsLimit,
    CapDrop: ["ALL"],
    ...(capabilities.length === 0 ? {} : { CapAdd: capabilities }),
    SecurityOpt: ["no-new-privileges"],
    RestartPolicy: { Name: "no" },
    LogConfig: LOG_CONFIG[settings.engine],
  } as const satisfies HostConfig;
}

/** The mark of one container of a unit. */
export function markOfUnit(unit: Unit, replica: number, container: string, owner: Owner): Mark {
  const { project, environment, workload, name, birth } = unit;
  return { ...owner, project, environment, workload, unit: unit.id, name, birth, replica, container };
}

type Labels = Readonly<Record<string, string>>;

/** The user's labels go under our own prefix, so none of them can steer another program on the host. */
const labels = (unit: Unit, mark: Mark): Labels => ({
  ...Object.fromEntries(
    Object.entries(unit.template.labels).map(([key, value]) => [`${LABEL_PREFIX}label.${key}`, value]),
  ),
  ...labelsOf(mark),
});

const command = (of: {
  readonly entrypoint?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
}) => ({
  ...(of.entrypoint === undefined || of.entrypoint.length === 0 ? {} : { Entrypoint: of.entrypoint }),
  ...(of.args === undefined || of.args.length === 0 ? {} : { Cmd: of.args }),
});

const environment = (env: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(env)
    .map(([key, value]) => `${key}=${value}`)
    .sort();

const mounts = (unit: Unit, replica: number) =>
  unit.template.volumes.map((volume) => ({
    Type: "volume" as const,
    Source: volumeName(unit.name, replica, volume.name),
    Target: volume.path,
  }));

/** One DNS label of at most 63 characters (RFC 1123, section 2.1). */
const hostname = (workload: string, replica: number): string => {
  const suffix = `-${String(replica)}`;
  return `${workload.slice(0, 63 - suffix.length).replace(/-+$/, "")}${suffix}`;
};

/** The digest when the plan has one, so that every replica runs the same bytes; an image that is no reference goes to the guard as it is. */
export function imageToRun(image: string, digest: string | undefined): string {
  const name = parseImageName(image);
  if (name === undefined) return image;
  // An image that was loaded by hand has no repository digest on Docker: its tag is its only name.
  return pullName({ ...name, digest: isLocalOnly(name) ? undefined : (digest ?? name.digest) });
}

const NANOS_PER_MILLICPU = 1_000_000;
const MEBIBYTE = 1_048_576;

/** Bounded logs on both engines; podman knows no rotation by count. */
const LOG_CONFIG = {
  docker: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
  podman: { Type: "k8s-file", Config: { "max-size": "10m" } },
} as const;
