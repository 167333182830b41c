import type { ContainerSize } from "../../../src/domain/needs.ts";

/** What each container of a document may use, in their order. */
export function limitsIn(document: object): readonly ContainerSize[] {
  const found = [...JSON.stringify(document).matchAll(/"limits":\{"cpu":"(\d+)(m?)","memory":"(\d+)Mi"\}/g)];
  return found.map(([, cpu, milli, memory]) => ({
    milliCpu: Number(cpu) * (milli === "m" ? 1 : 1_000),
    memoryMiB: Number(memory),
  }));
}
