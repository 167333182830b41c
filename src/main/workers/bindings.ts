import type { D1Database } from "@cloudflare/workers-types";
import type { Account } from "../../adapters/sandbox/account.ts";
import type { EndpointAuth, IdentityToken } from "../../domain/identity-token.ts";
import type { KeptAccount } from "../../adapters/sandbox/state.ts";
import type { CloudVariables } from "../cloud-settings.ts";
import type { PriceVariables } from "../price-settings.ts";
import type { RegistryVariables } from "../registry-settings.ts";
import type { RetentionVariables } from "../retention.ts";

/** Another Worker, or the files beside this one. */
export interface Service {
  fetch(request: Request): Promise<Response>;
}

/** Who makes tokens for endpoints that let in only callers with an identity: the control Worker. */
export interface IdentityStub {
  token(auth: EndpointAuth): Promise<IdentityAnswer>;
}

/** A token, or the sentence that says why there is none: an error thrown here would lose its class on the way, and count as uncaught. */
export type IdentityAnswer = { readonly token: IdentityToken } | { readonly refused: string };

/** A class of Durable Objects, one for each name. */
export interface Objects<Stub> {
  idFromName(name: string): unknown;
  get(id: unknown): Stub;
}

/** An agent's line: exchanges, logs and the upgrade by `fetch`. */
export interface LineStub extends Service {
  /** Tells the agent to sync now; false when it has no line. */
  ring(agentId: string): Promise<boolean>;
}

/** A project's clock. */
export interface ClockStub {
  /** Something of this project is due. */
  wake(project: string): Promise<void>;
}

/** A simulated account. */
export interface AccountStub {
  load(): Promise<KeptAccount>;
  save(account: Account, ifVersion: number): Promise<boolean>;
}

/** Settings that both Workers read; empty counts as not set. */
export interface Settings {
  readonly BERTH_GATEWAY_DOMAIN?: string | undefined;
  /** Hosts of the API, by commas; with them set, every other host is the gateway's. */
  readonly BERTH_API_HOSTS?: string | undefined;
}

/** What `wrangler.toml` binds. */
export interface EdgeEnv extends Settings, Pick<CloudVariables, "BERTH_ISSUER_URL"> {
  readonly DB: D1Database;
  readonly CONTROL: Service;
  readonly IDENTITY: IdentityStub;
  readonly AGENT_LINE: Objects<LineStub>;
  readonly ASSETS?: Service | undefined;
}

/** Keys that secrets are sealed with; a secret binding, too. */
export interface SealingVariables {
  readonly BERTH_SEALING_KEYS?: string | undefined;
}

/** What `wrangler.control.toml` binds. `BERTH_GCP_PRICING_KEY` is a secret. */
export interface ControlEnv
  extends Settings, PriceVariables, RetentionVariables, RegistryVariables, SealingVariables, CloudVariables {
  readonly DB: D1Database;
  readonly AGENT_LINE: Objects<LineStub>;
  readonly CLOCK: Objects<ClockStub>;
  readonly SANDBOX: Objects<AccountStub>;
  /** A secret: `wrangler secret put BERTH_ADMIN_TOKEN -c wrangler.control.toml`. */
  readonly BERTH_ADMIN_TOKEN?: string | undefined;
}

/** One object by its name. */
export function objectOf<Stub>(objects: Objects<Stub>, name: string): Stub {
  return objects.get(objects.idFromName(name));
}

/** What an object has of its own: storage, one alarm, and sockets that outlive its memory. */
export interface ObjectState {
  readonly id: { toString(): string };
  readonly storage: ObjectStorage;
  waitUntil(work: Promise<unknown>): void;
  /** The runtime holds the socket from now on: the object may sleep under it. */
  acceptWebSocket(socket: ObjectSocket): void;
  getWebSockets(): readonly ObjectSocket[];
}

export interface ObjectStorage {
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  readonly sql: {
    exec(
      statement: string,
      ...values: readonly (string | number)[]
    ): Iterable<Readonly<Record<string, string | number | null>>>;
  };
  /** All of it or nothing. */
  transactionSync<T>(work: () => T): T;
}

/** What of an agent's line outlives its object's memory. */
export interface KeptLine {
  readonly agentId: string;
  /** Ms since the epoch. */
  readonly openedAt: number;
  /** The last stream id used on it. */
  readonly lastId: number;
}

export interface ObjectSocket extends WebSocket {
  /** Used as an ordinary socket: its events come to listeners, and the object stays awake. */
  accept(): void;
  /** At most 2 kB that outlive the object's memory. */
  serializeAttachment(kept: KeptLine): void;
  deserializeAttachment(): KeptLine;
}
