import { CLOUD_CAPABILITIES, CLOUD_FEATURES } from "../../../src/catalog/cloud-offers.ts";
import { demandFidelity, limitsOf } from "../../../src/catalog/features/capability.ts";
import { sizeFidelity } from "../../../src/catalog/features/size-fidelity.ts";
import { snapFargate } from "../../../src/catalog/shapes/fargate.ts";
import { parseEcsConfig } from "../../../src/adapters/ecs/config.ts";
import { renderDocument } from "../../../src/adapters/ecs/render/document.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import { type FieldFidelity, refusals } from "../../../src/domain/feature.ts";
import { needsOf } from "../../../src/domain/needs-of.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { templateOf } from "../../../src/domain/template.ts";
import { unit as makeUnit } from "../fixtures.ts";
import { EXPRESS_CONFIG, PLACE } from "./world.ts";

/** What a spec becomes at ECS: the calls and what is not as written, or every sentence against it. */
export type Rendered =
  | { readonly unit: Unit; readonly document: Document; readonly fidelity: readonly FieldFidelity[] }
  | { readonly impossible: readonly string[] };
export type Document = Readonly<Record<string, unknown>>;

/** An account that has all roles, and keeps one task of each Spot unit on demand. */
const CONFIG = parseEcsConfig({
  ...EXPRESS_CONFIG,
  roles: { ...EXPRESS_CONFIG.roles, task: "arn:aws:iam::123456789012:role/berth-task" },
  onDemandBase: 1,
});

/** A spec as a unit at ECS, rendered. The rules are those offers are made by, without their prices. */
export function rendered(spec: Spec, billing: "on-demand" | "spot"): Rendered {
  const needs = needsOf(spec);
  const table = CLOUD_CAPABILITIES.ecs;
  const snap = snapFargate(needs, needs.arch === "any" ? "amd64" : needs.arch);
  const against = [
    ...refusals(needs.demands, CLOUD_FEATURES.ecs),
    ...limitsOf(needs, table),
    ...snap.refusals,
  ];
  if (against.length > 0) return { impossible: [...new Set(against.map(({ message }) => message))] };
  const unit = makeUnit(1, PLACE, {
    workload: spec.name,
    template: templateOf(spec, { secretVersions: SECRET_VERSIONS }),
    shape: snap.shape,
    billing,
    replicas: { min: spec.scale.min, max: spec.scale.max },
  });
  try {
    const document: Document = JSON.parse(JSON.stringify(renderDocument(unit, CONFIG)));
    return {
      unit,
      document,
      fidelity: [...sizeFidelity(needs, snap.shape), ...demandFidelity(needs, table)],
    };
  } catch (error) {
    if (error instanceof AdapterError && error.kind === "invalid") return { impossible: [error.message] };
    throw error;
  }
}

/** Versions of the secrets that the specs for golden files name. */
const SECRET_VERSIONS = { "db-url": 3, "stripe-key": 1, "loki-token": 2 };
