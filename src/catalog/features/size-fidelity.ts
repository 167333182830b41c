import type { FieldFidelity } from "../../domain/feature.ts";
import type { ContainerSize, Needs } from "../../domain/needs.ts";
import type { Shape } from "../../domain/offer.ts";
import { formatCpu } from "../../domain/quantity.ts";
import { memoryText } from "../size-text.ts";

/** Where the size that can be had is more than was asked: of each container where `sizes` tells what each gets, else of their sum. */
export function sizeFidelity(
  needs: Needs,
  shape: Shape,
  sizes?: readonly ContainerSize[],
): readonly FieldFidelity[] {
  const { sizes: asked } = needs;
  if (sizes === undefined || asked === undefined) return raised(needs, shape, MAIN);
  return asked.flatMap((one, at) => {
    const part = at === 0 ? MAIN : { pointer: `/sidecars/${at - 1}`, words: ` of ${one.name}` };
    return raised(one, sizes[at] ?? one, part);
  });
}

/** Where a container stands in the spec, and how a sentence names it. */
interface Part {
  readonly pointer: string;
  readonly words: string;
}
const MAIN: Part = { pointer: "", words: "" };

function raised(asked: ContainerSize, gets: ContainerSize, part: Part): readonly FieldFidelity[] {
  const { pointer, words } = part;
  const fields: FieldFidelity[] = [];
  if (gets.milliCpu > asked.milliCpu) {
    const [cpu, given] = [formatCpu(asked.milliCpu), formatCpu(gets.milliCpu)];
    fields.push(snapped(`${pointer}/resources/cpu`, `CPU${words}`, cpu, given));
  }
  if (gets.memoryMiB > asked.memoryMiB) {
    const [memory, given] = [memoryText(asked.memoryMiB), memoryText(gets.memoryMiB)];
    fields.push(snapped(`${pointer}/resources/memory`, `memory${words}`, memory, given));
  }
  return fields;
}

const snapped = (field: string, name: string, asked: string, gets: string): FieldFidelity => ({
  field,
  level: "snapped",
  message: `${name} ${asked} -> ${gets}`,
});
