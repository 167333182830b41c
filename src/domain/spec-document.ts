import { canonicalJson } from "./canonical-json.ts";
import { parseSpec } from "./parse-spec.ts";
import { formatCpu, formatMemory, formatStorage } from "./quantity.ts";
import type { Rollout, Sidecar, Spec } from "./spec.ts";

/** A spec in the form people write it. */
export type SpecDocument = Readonly<Record<string, unknown>>;

/**
 * The short document that parses to this spec: fields that equal their default are left out, so that a later change of,
 * say, the kind brings that kind's defaults. A route always says its access, whose default depends on the environment.
 */
export function specDocument(spec: Spec): SpecDocument {
  const whole = wholeDocument(spec);
  const { name, kind, image, route, job, singleton, volumes } = whole;
  const rollout = { strategy: spec.rollout.strategy };
  const silent = parseSpec(withoutAbsent({ name, kind, image, route, job, singleton, volumes, rollout }));
  if (!silent.ok) return withoutAbsent(whole); // no document made this spec; parsing it will name what is wrong
  const defaults = wholeDocument({ ...silent.spec, kind: "service", singleton: false, volumes: [] });
  const same = (field: string, value: unknown) =>
    canonicalJson({ value }) === canonicalJson({ value: Reflect.get(defaults, field) });
  const telling = Object.entries(whole).filter(([field, value]) => ALWAYS.has(field) || !same(field, value));
  const steps = same("rollout", spec.rollout) ? strategyAlone(spec.rollout) : spec.rollout;
  return withoutAbsent({ ...Object.fromEntries(telling), rollout: steps });
}

/** Fields that decide other defaults, or have none; `kind`, `singleton` and `volumes` are left out at their own defaults. */
const ALWAYS: ReadonlySet<string> = new Set(["name", "image", "route", "job"]);

function wholeDocument(spec: Spec) {
  const { milliCpu, memoryMiB, ephemeralStorageGiB, arch, gpu } = spec.resources;
  const size = { cpu: formatCpu(milliCpu), memory: formatMemory(memoryMiB) };
  return {
    ...spec,
    resources: { ...size, ephemeralStorage: formatStorage(ephemeralStorageGiB), arch, gpu },
    scale: spec.kind === "job" ? undefined : spec.scale,
    sidecars: spec.sidecars.map((sidecar) => sidecarDocument(sidecar)),
    volumes: spec.volumes.map(({ name, path, sizeGiB, kind }) => ({
      name,
      path,
      size: formatStorage(sizeGiB),
      kind,
    })),
  };
}

function strategyAlone({ strategy }: Rollout): Pick<Rollout, "strategy"> | undefined {
  return strategy === "rolling" ? undefined : { strategy };
}

function sidecarDocument({ resources, ...sidecar }: Sidecar) {
  return {
    ...sidecar,
    resources: { cpu: formatCpu(resources.milliCpu), memory: formatMemory(resources.memoryMiB) },
  };
}

// Written to JSON and back, which leaves out what is undefined at any depth and keeps the order of fields.
function withoutAbsent(document: object): SpecDocument {
  const plain: unknown = JSON.parse(JSON.stringify(document));
  return isDocument(plain) ? plain : {};
}

function isDocument(value: unknown): value is SpecDocument {
  return typeof value === "object" && value !== null;
}
