import { join } from "node:path";
import { z } from "zod";
import { readDurably, writeDurably } from "./durable-file.ts";
import type { ReplicaMemory } from "./memory.ts";
import type { Memory, UnitMemory } from "./unit-memory.ts";

/** The memory as text. When a container was probed last is left out: it changes all the time, and means nothing to the next agent. */
export function memoryText(memory: Memory): string {
  return JSON.stringify(memory, (key: string, value: unknown) => (key === "probedAt" ? 0 : value));
}

/** What an earlier agent on this data folder remembered; nothing when none of it is whole. */
export async function readMemory(dataDir: string, log: (sentence: string) => void): Promise<Memory> {
  return (await readDurably(join(dataDir, FILE), (text) => MEMORY.parse(JSON.parse(text)), log)) ?? {};
}

/** Keep the memory, so that counts and verdicts outlive this agent. */
export async function writeMemory(dataDir: string, text: string): Promise<void> {
  await writeDurably(join(dataDir, FILE), text);
}

const FILE = "memory.json";
const instant = z.number().optional();
const DEATH = z.object({
  exitCode: z.number(),
  reason: z.string(),
  lines: z.array(z.string()),
  ranMs: z.number(),
});
const REPLICA: z.ZodType<ReplicaMemory> = z.object({
  container: z.string().optional(),
  runningSince: instant,
  firstRanAt: instant,
  ok: z.boolean(),
  okSince: instant,
  everOk: z.boolean(),
  failures: z.number(),
  probedAt: z.number(),
  probeError: z.string().optional(),
  counted: z.string().optional(),
  death: DEATH.optional(),
  exitsInARow: z.number(),
  restarts: z.number(),
  startFailures: z.number(),
  startError: z.string().optional(),
  refused: z.boolean(),
  givenUp: z.boolean(),
  notBefore: z.number(),
});
const UNIT_MEMORY: z.ZodType<UnitMemory> = z.object({
  everReady: z.boolean(),
  replicas: z.record(z.string(), REPLICA),
});
const MEMORY: z.ZodType<Memory> = z.record(z.string(), UNIT_MEMORY);
