import { aciMemoryGb } from "../../../catalog/shapes/aci.ts";
import type { Shape } from "../../../domain/offer.ts";

/** What one container asks for. */
export interface Asked {
  readonly milliCpu: number;
  readonly memoryMiB: number;
}

/** What one container is given: `requests` are reserved, `limits` stand where it may use more than that. */
export interface Share {
  readonly requests: { readonly cpu: number; readonly memoryInGB: number };
  readonly limits?: { readonly cpu: number; readonly memoryInGB: number } | undefined;
}

/** A group has at least 1 CPU and 1 GB (Microsoft, "Resource availability and quota limits"); one container may have less. */
const LEAST_GROUP = { hundredths: 100, tenths: 10 };
const HUNDREDTHS_PER_MILLI = 0.1;
const MIB_PER_TENTH = 102.4;
/** Rounding of binary fractions, in tenths or hundredths. */
const TOLERANCE = 1e-6;

/**
 * Divides a group's size among its containers, the main one first: the sum is what the offer was priced for, and the main container
 * has what nobody asked for. Where rounding takes a little from a container, a limit gives it back.
 */
export function sharesOf(shape: Shape, asked: readonly Asked[]): readonly Share[] {
  const cpuAsked = asked.map(({ milliCpu }) => milliCpu * HUNDREDTHS_PER_MILLI);
  const memoryAsked = asked.map(({ memoryMiB }) => memoryMiB / MIB_PER_TENTH);
  const cpuTotal = Math.max(LEAST_GROUP.hundredths, Math.ceil(shape.milliCpu * HUNDREDTHS_PER_MILLI));
  const memoryTotal = Math.max(LEAST_GROUP.tenths, Math.round(aciMemoryGb(shape.memoryMiB) * 10));
  const cpu = apportioned(cpuTotal, cpuAsked);
  const memory = apportioned(memoryTotal, memoryAsked);
  return asked.map((_, index) => {
    const requests = { cpu: (cpu[index] ?? 1) / 100, memoryInGB: (memory[index] ?? 1) / 10 };
    const limits = {
      cpu: Math.max(requests.cpu, roundedUp(cpuAsked[index] ?? 0) / 100),
      memoryInGB: Math.max(requests.memoryInGB, roundedUp(memoryAsked[index] ?? 0) / 10),
    };
    const more = limits.cpu > requests.cpu || limits.memoryInGB > requests.memoryInGB;
    return more ? { requests, limits } : { requests };
  });
}

/** Whole units for each, at least one, that add up to `total` (or to one each, if there are more containers than units). */
function apportioned(total: number, asked: readonly number[]): readonly number[] {
  const parts = asked.map((part) => Math.max(1, Math.floor(part + TOLERANCE)));
  for (let over = sum(parts) - total; over > 0; over -= 1) {
    const largest = parts.indexOf(Math.max(...parts));
    if ((parts[largest] ?? 1) <= 1) break;
    parts[largest] = (parts[largest] ?? 1) - 1;
  }
  parts[0] = (parts[0] ?? 1) + Math.max(0, total - sum(parts));
  return parts;
}

const sum = (parts: readonly number[]): number => parts.reduce((all, part) => all + part, 0);
const roundedUp = (part: number): number => Math.ceil(part - TOLERANCE);
