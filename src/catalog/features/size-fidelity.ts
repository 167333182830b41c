import type { FieldFidelity } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Shape } from "../../domain/offer.ts";
import { formatCpu } from "../../domain/quantity.ts";
import { memoryText } from "../size-text.ts";

/** Where the size that can be had is more than was asked. */
export function sizeFidelity(needs: Needs, shape: Shape): readonly FieldFidelity[] {
  const fields: FieldFidelity[] = [];
  if (shape.milliCpu > needs.milliCpu)
    fields.push(snapped("/resources/cpu", "CPU", formatCpu(needs.milliCpu), formatCpu(shape.milliCpu)));
  if (shape.memoryMiB > needs.memoryMiB)
    fields.push(
      snapped("/resources/memory", "memory", memoryText(needs.memoryMiB), memoryText(shape.memoryMiB)),
    );
  return fields;
}

const snapped = (field: string, name: string, asked: string, gets: string): FieldFidelity => ({
  field,
  level: "snapped",
  message: `${name} ${asked} -> ${gets}`,
});
