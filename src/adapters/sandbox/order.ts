import { parseImage } from "../../domain/image.ts";
import type { Unit } from "../../domain/plan.ts";
import type { CloudOrder } from "./cloud.ts";

/** What a unit asks of the simulated cloud. It crashes when `env.SANDBOX_CRASH` is set or its image has the tag `crash`. */
export function orderOf(unit: Unit): CloudOrder {
  const { template } = unit;
  return {
    id: unit.id,
    name: unit.name,
    project: unit.project,
    environment: unit.environment,
    workload: unit.workload,
    image: template.image,
    containers: [template.name, ...template.sidecars.map((sidecar) => sidecar.name)],
    port: template.route?.port,
    replicas: replicasOf(unit),
    crash: crashOf(unit),
  };
}

// Something routed is always up here: at a real place the first request would start it, and nobody starts it in a sandbox.
function replicasOf(unit: Unit): number {
  const { min, max } = unit.replicas;
  return unit.template.route === undefined ? min : Math.min(max, Math.max(1, min));
}

/** How the container of a unit ends, where it does not stay up. */
export function crashOf(unit: Unit): CloudOrder["crash"] {
  const asked = unit.template.env["SANDBOX_CRASH"];
  if (asked === undefined && tagOf(unit.template.image) !== "crash") return undefined;
  const exitCode =
    asked !== undefined && /^[1-9]\d{0,2}$/.test(asked) ? Math.min(Number(asked), MOST_EXIT_CODE) : 1;
  const why = asked === undefined ? "the image has the tag crash" : "SANDBOX_CRASH is set";
  return {
    exitCode,
    lastLines: [
      `${unit.workload}: starting from ${unit.template.image}`,
      `${unit.workload}: fatal: ${why}, leaving with ${exitCode}`,
    ],
  };
}

function tagOf(image: string): string | undefined {
  const parsed = parseImage(image);
  return typeof parsed === "string" ? undefined : parsed.tag;
}

const MOST_EXIT_CODE = 255;
