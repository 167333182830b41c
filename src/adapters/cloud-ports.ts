import type { PriceBook } from "../catalog/book.ts";
import type { Target } from "../store/instance.ts";
import type { Call } from "./adapter.ts";
import type { Throttle } from "./throttle.ts";

/** What the adapters of the real clouds need from outside. */
export interface CloudPorts {
  /** The price book in force, asked anew for every question. */
  readonly book: () => PriceBook;
  readonly now: () => number;
  /** A number from 0 to below 1, for jitter. */
  readonly draw: () => number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** One for the whole process: quotas belong to accounts, and two targets may share one. */
  readonly throttle: Throttle;
  readonly installation: () => Promise<Owner>;
  readonly secrets: ReadSecret;
  readonly registries: ReadRegistryLogin;
  /** A short-lived token of Berth's own issuer, which says that it speaks for this target. Throws `AdapterError` "denied" without an issuer. */
  readonly assertion: (target: Target, audience: string, call: Call) => Promise<string>;
  /** Whether this instance lets targets name their own endpoints (`BERTH_ALLOW_CUSTOM_ENDPOINTS=1`). */
  readonly allowCustomEndpoints: boolean;
}

/** The installation that makes a resource, as the resource's mark names it. */
export interface Owner {
  readonly id: string;
  readonly epoch: number;
}

/** Whose secret or login is meant: a project's id, and an environment's name. */
export interface Tenant {
  readonly project: string;
  readonly environment: string;
}

/** The value of a secret by its reference (`name@version`). Throws `AdapterError` "invalid" when there is none. */
export type ReadSecret = (tenant: Tenant, reference: string, call: Call) => Promise<string>;

/** The login a project keeps for a registry's host, or undefined when it keeps none. */
export type ReadRegistryLogin = (
  tenant: Tenant,
  host: string,
  call: Call,
) => Promise<{ readonly username: string; readonly password: string } | undefined>;
