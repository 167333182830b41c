import type { KeyObject } from "node:crypto";
import type { HostLogin, SyncRequest } from "../domain/agent-protocol.ts";
import { POLL_MS } from "../domain/agent-timing.ts";
import type { Bell } from "./bell.ts";
import { BrokerError, syncBroker } from "./broker-client.ts";
import type { BrokerPorts } from "./broker-client.ts";
import type { Daemon } from "./daemon.ts";

/** Short, so that after the broker's return every agent is heard well within the lease that excuses its silence, even when one more call hangs. */
const MAX_BACKOFF_MS = 3_000;
const MAX_DOUBLINGS = 5;
/** Changes that come within this time are told in one sync, ms. */
const GATHER_MS = 100;

export interface SyncOptions extends BrokerPorts {
  readonly agentId: string;
  readonly key: KeyObject;
  readonly daemon: Daemon;
  /** Ids of units whose secrets are here; undefined when secrets may not come over this way. */
  readonly secretsOf: () => readonly string[] | undefined;
  /** Takes the logins of registries that came with an answer. */
  readonly takeLogins: (logins: readonly HostLogin[]) => void;
  /** What this host has; asked at each sync. */
  readonly report: () => Omit<SyncRequest["report"], "engineOk" | "epoch">;
  /** Rung by the broker's line, and by what changed here. */
  readonly bell: Bell;
  readonly uptime: () => number;
  /** 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly log: (sentence: string) => void;
}

/** Sync steadily, and at once when the bell rings, until aborted. Failures are waited out and said once; the daemon goes on meanwhile. */
export async function keepSyncing(options: SyncOptions, signal: AbortSignal): Promise<void> {
  const { bell, random, log } = options;
  let failures = 0;
  while (!signal.aborted) {
    let waitMs = POLL_MS;
    try {
      waitMs = await syncOnce(options);
      if (failures > 0) log("the broker answers again");
      failures = 0;
    } catch (error) {
      if (failures === 0) log(sentenceFor(error));
      failures += 1;
      waitMs = Math.min(MAX_BACKOFF_MS, POLL_MS * 2 ** Math.min(failures - 1, MAX_DOUBLINGS));
    }
    // Never later than asked for: silence costs an agent its traffic.
    await bell.wait(waitMs * (0.8 + 0.2 * random()), signal);
    await pause(GATHER_MS, signal);
  }
}

/** One sync; gives how long to wait until the next, ms. */
async function syncOnce(options: SyncOptions): Promise<number> {
  const { daemon, agentId, key, uptime } = options;
  const findings = daemon.findings();
  const sentAt = uptime();
  const report = { ...options.report(), engineOk: findings.complete, epoch: daemon.saidEpoch };
  const secretsOf = options.secretsOf();
  const request = { ...findings, report, ...(secretsOf === undefined ? {} : { secretsOf }) };
  const reply = await syncBroker(options, agentId, key, request);
  options.takeLogins(reply.logins ?? []);
  await daemon.obey(reply, sentAt);
  return reply.pollMs;
}

function sentenceFor(error: unknown): string {
  if (!(error instanceof BrokerError))
    return `the sync failed: ${error instanceof Error ? error.message : String(error)}`;
  if (error.denied)
    return `${error.message}. This agent is not known there; its containers go on. To join anew, remove its data folder and start it with a new token`;
  return `${error.message}; going on without it`;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(go, ms);
    signal.addEventListener("abort", go, { once: true });
    function go(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", go);
      resolve();
    }
  });
