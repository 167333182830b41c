import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { uptime } from "node:os";
import { z } from "zod";
import { readDurably, unlessAbsent, writeDurably } from "./durable-file.ts";

/** When a unit that may run only once must stop here, ms of the host's uptime: wall clocks jump, and all processes of a host share this one. */
export interface LeaseTimes {
  /** The agent begins to stop it, with what grace there is. */
  readonly stopAt: number;
  /** The watchdog kills what still runs. */
  readonly killAt: number;
}

/** Both lie before the end of the lease, after which the broker may start the unit elsewhere. It runs from when the question was sent: the broker heard it no earlier. */
export function leaseTimes(sentAt: number, leaseMs: number): LeaseTimes {
  return { stopAt: sentAt + leaseMs * STOP_AT, killAt: sentAt + leaseMs * KILL_AT };
}

const STOP_AT = 0.7;
const KILL_AT = 0.9;

/** What the watchdog goes by; the agent writes it at each renewal. */
export interface LeaseFile extends LeaseTimes {
  /** The watchdog that this file is for: any other one ends itself. */
  readonly watchdog: string;
  readonly boot: string;
  readonly agent: string;
  readonly installation: string;
  /** Units that may run only once. */
  readonly units: readonly string[];
  /** Their containers and main processes, should the engine itself be dead. */
  readonly processes: readonly { readonly container: string; readonly pid: number }[];
}

/** Where the watchdog looks. */
export const leasePath = (dataDir: string): string => join(dataDir, "lease.json");

/** The lease on disk, if there is one and it is of this boot. */
export async function readLease(
  dataDir: string,
  log: (sentence: string) => void,
): Promise<LeaseFile | undefined> {
  const lease = await readDurably(leasePath(dataDir), (text) => LEASE.parse(JSON.parse(text)), log);
  return lease?.boot === (await bootId()) ? lease : undefined;
}

/** Keep the lease for the watchdog. */
export async function writeLease(dataDir: string, lease: LeaseFile): Promise<void> {
  await writeDurably(leasePath(dataDir), JSON.stringify(lease));
}

/** Milliseconds since the host started, the same for every process on it, and going on while it sleeps. */
export const uptimeMs = (): number => uptime() * 1000;

/** Differs after each start of the host; a constant where the kernel does not say. */
export async function bootId(): Promise<string> {
  return (await unlessAbsent(readFile("/proc/sys/kernel/random/boot_id", "utf8")))?.trim() ?? "unknown";
}

const LEASE: z.ZodType<LeaseFile> = z.object({
  watchdog: z.string(),
  boot: z.string(),
  agent: z.string(),
  installation: z.string(),
  stopAt: z.number(),
  killAt: z.number(),
  units: z.array(z.string()),
  processes: z.array(z.object({ container: z.string(), pid: z.number() })),
});
