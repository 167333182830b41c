import type { Because } from "../domain/feature.ts";
import type { Unit } from "../domain/plan.ts";

/** Every part of a unit this agent cannot give it. A unit with one of them is never started with that part left out. */
export function cannotRun({ template }: Unit): readonly Because[] {
  const volumes = template.volumes.filter((volume) => volume.kind !== "scratch");
  const says: readonly (readonly [boolean, Because])[] = [
    [template.resources.gpu !== undefined, "an agent passes no GPU through"],
    [
      volumes.length > 0,
      `an agent has scratch volumes only, not ${volumes.map((one) => `${one.name} (${one.kind})`).join(", ")}`,
    ],
    [template.ports.some((port) => port.protocol === "udp"), "an agent publishes TCP ports only"],
  ];
  return says.filter(([holds]) => holds).map(([, because]) => because);
}
