import type { Feature, FieldFidelity } from "../../domain/feature.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Shape } from "../../domain/offer.ts";
import { formatCpu } from "../../domain/quantity.ts";
import { memoryText } from "../size-text.ts";

/** Per feature that a place takes otherwise than written: how, and the sentence a user reads. Features not named are exact. */
export type FidelityTable = Readonly<
  Partial<Record<Feature, { readonly level: "emulated" | "dropped"; readonly message: string }>>
>;

/** The fields of these needs that a place does not honour exactly; what is not listed is exact. */
export function demandFidelity(needs: Needs, table: FidelityTable): readonly FieldFidelity[] {
  return needs.demands.flatMap(({ feature, pointer }) => {
    const entry = table[feature];
    return entry === undefined ? [] : [{ field: pointer, level: entry.level, message: entry.message }];
  });
}

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
