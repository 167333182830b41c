import { join } from "node:path";
import { z } from "zod";
import type { SyncReply } from "../domain/agent-protocol.ts";
import type { Because } from "../domain/feature.ts";
import type { Unit } from "../domain/plan.ts";
import { readDurably, writeDurably } from "./durable-file.ts";
import { DOOMED, UNIT } from "./reply-schema.ts";

/** What this agent was last told to hold. It stays on disk, so that the agent goes on without its broker. */
export interface Desired {
  readonly installation: string;
  /** The highest epoch obeyed. */
  readonly epoch: number;
  readonly units: readonly Unit[];
  readonly doomed: SyncReply["doomed"];
  /** Units that were doomed in this epoch: none of them ever runs again, whatever a late answer says. */
  readonly buried: readonly string[];
}

/** How many doomed units are remembered at most. */
const MAX_BURIED = 10_000;

/** What holds after a broker's answer, or why the answer is not obeyed. Nothing is doomed on a refused answer's word. */
export function obey(before: Desired, reply: SyncReply): Desired | Because {
  if (reply.installation !== before.installation) {
    return `the broker is installation ${reply.installation}, but this agent joined ${before.installation}`;
  }
  if (reply.epoch < before.epoch) {
    return `the broker is an older copy: its epoch ${String(reply.epoch)} is below ${String(before.epoch)}, which this agent has obeyed`;
  }
  // A restored database starts a new epoch, and may rightly want again what the lost part of its history had doomed.
  const remembered = reply.epoch > before.epoch ? [] : before.buried;
  const buried = [...new Set([...remembered, ...reply.doomed.map(({ id }) => id)])].slice(-MAX_BURIED);
  const gone = new Set(buried);
  return {
    installation: reply.installation,
    epoch: reply.epoch,
    units: reply.units.filter(({ id }) => !gone.has(id)),
    doomed: reply.doomed,
    buried,
  };
}

/**
 * Whether a broker of this very epoch wants what it has doomed before. Units only ever go from wanted to doomed to gone, so its
 * database has lost a part of its history: it is an older copy that does not know so yet.
 */
export function wantsBuried({ epoch, buried }: Desired, reply: SyncReply): boolean {
  const gone = new Set(buried);
  for (const { id } of reply.doomed) gone.delete(id);
  return reply.epoch === epoch && reply.units.some(({ id }) => gone.has(id));
}

/** Nothing was said yet: nothing is wanted, and nothing doomed. */
export function nothingDesired(installation: string): Desired {
  return { installation, epoch: 0, units: [], doomed: [], buried: [] };
}

/** The state kept in the data folder, if any of it is whole. */
export async function readDesired(
  dataDir: string,
  log: (sentence: string) => void,
): Promise<Desired | undefined> {
  return await readDurably(join(dataDir, FILE), (text) => DESIRED.parse(JSON.parse(text)), log);
}

/** Keep the state; once this returns it outlives a crash. */
export async function writeDesired(dataDir: string, desired: Desired): Promise<void> {
  await writeDurably(join(dataDir, FILE), JSON.stringify(desired));
}

const FILE = "desired.json";
const DESIRED: z.ZodType<Desired> = z.object({
  installation: z.string(),
  epoch: z.int(),
  units: z.array(UNIT),
  doomed: z.array(DOOMED),
  buried: z.array(z.string()),
});
