import type { PriceBook } from "../catalog/book.ts";
import type { AdapterError } from "../domain/fault.ts";
import type { Features } from "../domain/feature.ts";
import type { Needs } from "../domain/needs.ts";
import type { IdentityToken } from "../domain/identity-token.ts";
import type { Observation, Sighting } from "../domain/observation.ts";
import type { Offer } from "../domain/offer.ts";
import type { Provider } from "../domain/place.ts";
import type { Unit } from "../domain/plan.ts";
import type { RunObservation, RunRef } from "../domain/run.ts";
import type { CheckLine, TrustDocument, TrustSubject } from "../domain/trust.ts";

/** A unit as it can still be found after its plan is gone. */
export interface UnitRef {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  /** Absent for a stray whose mark does not tell: then every region of the target is asked. */
  readonly region?: string | undefined;
  readonly host?: string | undefined;
}

/** A unit of this database as a look meets it. It is looked for by name only there, and only as what it is. */
export interface KnownUnit {
  readonly region: string;
  /** Nothing of a job's own name is ever made: there are only its tries. */
  readonly isJob: boolean;
  /** Whether traffic is led to it. */
  readonly isRouted: boolean;
  /** Names of the tries of which something may be there: stored before the first call, and until nothing of them is left. */
  readonly tries: ReadonlySet<string>;
}

/** By their ids: all units that this database has at a target, of which something may be there. */
export type KnownUnits = ReadonlyMap<string, KnownUnit>;

/** What is asked of a unit of which only the plan is known. */
export function unitRef({ id, name, project, environment, workload, place }: Unit): UnitRef {
  return { id, name, project, environment, workload, region: place.region, host: place.host };
}

/** What every call carries: the signal that ends it at its deadline. */
export interface Call {
  readonly signal: AbortSignal;
}

/** What a call for offers carries besides. */
export interface OffersCall extends Call {
  /** The prices to offer at: those in force with what the account states. Without it, those in force. */
  readonly book?: PriceBook | undefined;
}

export interface LogQuery {
  /** Lines from the end of what is kept; bounded by the caller. */
  readonly tail: number;
  readonly follow: boolean;
}

/** One connected target as the broker sees it. Every verb is safe to repeat, and throws nothing but `AdapterError`. */
export interface Adapter {
  readonly contract: "adapter/v1";
  readonly provider: Provider;
  /** Every feature answered: `true`, or the sentence a user reads when it rules this place out. */
  readonly features: Features;
  /** What could be bought here, priced. An offer that cannot take the needs says why in `impossible`. Nothing at all is `[]`. */
  offers(needs: Needs, call: OffersCall): Promise<readonly Offer[]>;
  /** The exact document `apply` sends, with references to secrets, never values. Pure. */
  render(unit: Unit): unknown;
  /** Make this unit exist as planned, with its replicas; returns before it is ready. The same unit twice changes nothing. */
  apply(unit: Unit, call: Call): Promise<Observation>;
  /**
   * Everything here that carries our mark. Units that are not `known`, and tries of known jobs that are not among their `tries`, are
   * `unrecognised`: told by a sentence, and never touched by a look. At rest, when lists show every unit, it costs the pages of the lists and
   * what must be read in batches, however many units there are; only what no list shows is asked for by name.
   */
  observe(known: KnownUnits, call: Call): Promise<Sighting>;
  /** Make this unit not exist. Already gone is success; "going" means ask again. Only ever called for a tombstone. */
  destroy(ref: UnitRef, call: Call): Promise<"gone" | "going">;
  /** NDJSON of `{at, stream, line, container}`. Present exactly when `features.logs` is `true`. */
  logs?(ref: UnitRef, query: LogQuery, call: Call): Promise<ReadableStream<Uint8Array>>;
  /** Jobs: present exactly when `features.job` is `true`. */
  readonly runs?: RunVerbs;
  /** Proves what the target's credentials may do, and reads its quota. Creates nothing. Absent where there is nothing to prove. */
  check?(call: Call): Promise<readonly CheckLine[]>;
  /** A token that says who calls, for an endpoint whose `auth` names this audience; present where endpoints may have one. */
  identityToken?(audience: string, call: Call): Promise<IdentityToken>;
  /** What an owner of the account has to set up so that `subject`, and nobody else, may act for this target. Pure. */
  trust?(subject: TrustSubject): readonly TrustDocument[];
  /** For whom this target's tokens of Berth's own issuer are made out (their `aud`); present where `trust` is. */
  readonly audience?: string | undefined;
}

/** A try of a job, and the unit it runs as. */
export interface Try {
  readonly unit: Unit;
  readonly run: RunRef;
}

/**
 * By the names of tries: what is said of each, `unknown` when it was started and cannot be found any more, or why it alone cannot be
 * told of.
 */
export type TrySightings = ReadonlyMap<string, RunObservation | AdapterError>;

/**
 * One try of a job: a resource of its own, named before it is made. A try that ended is never started again. A job's unit itself is
 * never applied, for it runs nothing; `destroy` of it, after its last try, takes away whatever was made for the unit as a whole.
 */
export interface RunVerbs {
  /** Makes this try exist; the same try twice starts once. Retries are the broker's, so the provider is told none. */
  start(unit: Unit, run: RunRef, call: Call): Promise<RunObservation>;
  /**
   * What the provider says of these tries now, asked for together where its API reads in batches. In what order they are asked for is the
   * caller's: with too many for one call the first ones are told of, and of those that are left out nothing is said. Throws where not
   * even one can be told of.
   */
  observe(tries: readonly Try[], call: Call): Promise<TrySightings>;
  /**
   * Ends this try early where it still runs, and takes away what is kept of it (logs that outlive it aside). Every try is stopped once
   * its end is recorded. "stopped": nothing of it is there any more, also when it never was; "stopping": ask again.
   */
  stop(unit: Unit, run: RunRef, call: Call): Promise<"stopped" | "stopping">;
}
