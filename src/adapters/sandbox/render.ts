import type { Cloud } from "../../domain/place.ts";
import type { Unit } from "../../domain/plan.ts";
import { renderAci } from "./render/aci.ts";
import { renderCloudRun } from "./render/cloud-run.ts";
import { asJson } from "./render/container.ts";
import { renderEcs } from "./render/ecs.ts";

/** What the simulated cloud is told, close to what the real one would be. Pure; secrets are references. */
export function renderUnit(provider: Cloud, region: string, unit: Unit): unknown {
  return asJson({ simulates: provider, region, ...RENDERED[provider](unit, region) });
}

const RENDERED: Readonly<Record<Cloud, (unit: Unit, region: string) => object>> = {
  ecs: renderEcs,
  aci: renderAci,
  "cloud-run": renderCloudRun,
};
