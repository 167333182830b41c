import type { Job, Resources, Rollout, RouteSpec, Scale, Sidecar, Spec, Unreachable } from "../spec.ts";
import type { SpecFields } from "./document.ts";
import {
  DEFAULT_EPHEMERAL_STORAGE_GIB,
  DEFAULT_MEMORY_MIB,
  DEFAULT_MILLI_CPU,
  DEFAULT_SIDECAR_MEMORY_MIB,
  DEFAULT_SIDECAR_MILLI_CPU,
} from "./resources.ts";
import { job as jobSchema } from "./life.ts";
import { route as routeSchema } from "./network.ts";

/** The steps of a canary that names none (DESIGN: the spec). */
const CANARY_PERCENTS = [10, 50, 100];
const CANARY_BAKE_SECONDS = 60;

/** The canonical spec of fields that are right, each and together. `access` is for a route that does not say. */
export function specFrom(fields: SpecFields, access: RouteSpec["access"]): Spec {
  const { port: _port, ...rest } = fields;
  const jobFields = jobOf(fields);
  return {
    ...rest,
    entrypoint: filled(fields.entrypoint),
    args: filled(fields.args),
    resources: { ...sizeOf(fields.resources), ...diskAndChips(fields.resources) },
    route: routeOf(fields, access),
    scale: scaleOf(fields, jobFields),
    before: fields.before.map((hook) => ({
      ...hook,
      entrypoint: filled(hook.entrypoint),
      args: filled(hook.args),
    })),
    sidecars: fields.sidecars.map((sidecar) => ({
      ...sidecar,
      entrypoint: filled(sidecar.entrypoint),
      args: filled(sidecar.args),
      resources: sidecarSize(sidecar.resources),
    })),
    volumes: fields.volumes.map(({ size, ...volume }) => ({ ...volume, sizeGiB: size })),
    user: userOf(fields.user),
    unreachable: fields.unreachable ?? defaultUnreachable(fields),
    job: jobFields,
    rollout: rolloutOf(fields),
  };
}

/** Where two copies at once would do harm, the safe answer is to wait for the first to stop (DESIGN: agents). */
function defaultUnreachable(
  spec: Pick<Spec, "kind" | "singleton"> & { readonly volumes: readonly { readonly kind: string }[] },
): Unreachable {
  const keepsState = spec.volumes.some(({ kind }) => kind !== "scratch");
  return spec.kind !== "service" || spec.singleton || keepsState ? "fence" : "replace";
}

function filled(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function sizeOf({
  cpu,
  memory,
}: Pick<SpecFields["resources"], "cpu" | "memory">): Pick<Resources, "milliCpu" | "memoryMiB"> {
  return { milliCpu: cpu ?? DEFAULT_MILLI_CPU, memoryMiB: memory ?? DEFAULT_MEMORY_MIB };
}

function sidecarSize({ cpu, memory }: SpecFields["sidecars"][number]["resources"]): Sidecar["resources"] {
  return { milliCpu: cpu ?? DEFAULT_SIDECAR_MILLI_CPU, memoryMiB: memory ?? DEFAULT_SIDECAR_MEMORY_MIB };
}

function diskAndChips({
  ephemeralStorage,
  arch,
  gpu,
}: SpecFields["resources"]): Omit<Resources, "milliCpu" | "memoryMiB"> {
  return {
    ephemeralStorageGiB: ephemeralStorage ?? DEFAULT_EPHEMERAL_STORAGE_GIB,
    arch,
    gpu: gpu === "none" ? undefined : gpu,
  };
}

function routeOf({ route, port }: SpecFields, access: RouteSpec["access"]): RouteSpec | undefined {
  const number = route?.port ?? port;
  if (number === undefined) return undefined;
  const fields = route ?? routeSchema.unwrap().parse({});
  return { ...fields, port: number, access: fields.access ?? access };
}

// A job's replicas are the containers of one run; it holds them only while it runs.
function scaleOf({ scale }: SpecFields, jobFields: Job | undefined): Scale {
  if (jobFields !== undefined) return { min: jobFields.parallelism, max: jobFields.parallelism };
  const min = scale?.min ?? 1;
  return { ...scale, min, max: scale?.max ?? Math.max(min, 1) };
}

function userOf(user: string | number | undefined): string | number | undefined {
  return typeof user === "string" && /^\d+$/.test(user) ? Number(user) : user;
}

function jobOf(fields: SpecFields): Job | undefined {
  return fields.kind === "job" ? (fields.job ?? jobSchema.unwrap().parse({})) : undefined;
}

function rolloutOf({ rollout, singleton, volumes }: SpecFields): Rollout {
  const canary = rollout.strategy === "canary";
  const stopFirst =
    singleton || rollout.strategy === "recreate" || volumes.some(({ kind }) => kind === "disk");
  return {
    ...rollout,
    percents: rollout.percents ?? (canary ? CANARY_PERCENTS : [100]),
    bakeSeconds: rollout.bakeSeconds ?? (canary ? CANARY_BAKE_SECONDS : 0),
    order: rollout.order ?? (stopFirst ? "stop-first" : "start-first"),
  };
}
