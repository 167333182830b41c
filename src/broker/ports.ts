import type { Adapter } from "../adapters/adapter.ts";
import type { PriceBook } from "../catalog/book.ts";
import type { Portion } from "../catalog/refresh/portion.ts";
import type { LivePrices } from "../catalog/refresh/sources.ts";
import type { Person } from "../domain/exception.ts";
import type { GatewayFeatures } from "../domain/feature.ts";
import type { Cloud } from "../domain/place.ts";
import type { ResolveImage } from "../domain/resolved-image.ts";
import type { RefreshReport } from "../domain/refresh-report.ts";
import type { Project, Target } from "../store/instance.ts";
import type { Issuer } from "../identity/issuer/issuer.ts";
import type { Sealer } from "../identity/seal.ts";
import type { Scope, Store } from "../store/store.ts";
import type { KeepDays } from "./keep-days.ts";

/** Everything a use case may touch, passed in by the composition root of each runtime. */
export interface Ports {
  readonly store: Store;
  /** The adapter of a connected target. */
  readonly open: (target: Target) => Adapter;
  readonly books: PriceBooks;
  /** Seals and opens what only Berth may read. Without a key, each use of it throws `unavailable`. */
  readonly sealer: Sealer;
  /** Berth's own token issuer, where one is set. */
  readonly issuer?: Issuer | undefined;
  /** Asks a registry what an image is. */
  readonly images: ResolveImage;
  readonly gateway: GatewayAddress;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Something is due: the reconciler may look now. An optimisation, never the truth. */
  readonly nudge: () => void;
  /** Ask an agent to sync now; nothing happens when it has no line. */
  readonly ring: (agentId: string) => void;
  readonly log: Log;
  /** How long receipts are kept, days; 90 when absent, and none is kept at 0. */
  readonly receiptDays?: number | undefined;
  /** How long events and history are kept; 400 days each when absent. */
  readonly keepDays?: KeepDays | undefined;
}

/** The prices this installation goes by. A refresh replaces the current book as a whole; a book is never changed. */
export interface PriceBooks {
  /** The book in force: the shipped one until a refresh has made another. */
  readonly current: () => PriceBook;
  /** Any book this installation has used, or `undefined`; receipts name theirs by hash. */
  readonly byHash: (hash: string) => Promise<PriceBook | undefined>;
  /** What the last reading of each provider came to, as far as this process knows. */
  readonly reports: () => readonly RefreshReport[];
  /** Takes up what other processes, or a newer release, have put in force. No look is made within `olderThanMs` of the last one. */
  readonly catchUp: (olderThanMs?: number) => Promise<void>;
  /** Reads a provider's prices where it publishes them. */
  readonly live: ReadLive;
}

/** Reads all of a provider's prices in these regions, or says why what it answers is not believed; within a portion where one is given. */
export type ReadLive = (
  provider: Cloud,
  regions: readonly string[],
  signal: AbortSignal,
  portion?: Portion,
) => Promise<LivePrices>;

/** The gateway as the broker knows it: what it can carry, and where people reach it. */
export interface GatewayAddress {
  readonly features: GatewayFeatures;
  /** Wildcard domain for host routing, when one is set. */
  readonly domain?: string | undefined;
  /** Base URL of path routing, when this runtime has it. */
  readonly pathBase?: string | undefined;
}

export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  data?: Readonly<Record<string, unknown>>,
) => void;

/** Who calls, in which project and environment. Routes make it from the token; use cases trust it. */
export interface Caller {
  readonly project: Project;
  readonly environment: string;
  /** How the caller is named in plans and events: `token:<name>`. */
  readonly actor: string;
  /** Id of the token that proved it; absent for what Berth does by itself. */
  readonly token?: string | undefined;
  /** The token is the instance's. */
  readonly ofInstance?: boolean | undefined;
}

/** The caller as one who asks or agrees. */
export function personOf({ actor, token = actor, ofInstance = false }: Caller): Person {
  return { actor, token, ofInstance };
}

/** The tenant's key for the store. */
export function scopeOf(caller: Caller): Scope {
  return { project: caller.project.id, environment: caller.environment };
}
