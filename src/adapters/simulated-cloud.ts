import type { Cloud } from "../domain/place.ts";
import type { Target } from "../store/instance.ts";
import type { Adapter } from "./adapter.ts";
import type { CloudPorts } from "./cloud-ports.ts";

/**
 * A cloud that starts nothing real: its own adapter, over a state machine of its API. The state is plain JSON, so that it can be kept
 * anywhere; whoever keeps it gives the time.
 */
export interface SimulatedCloud<State> {
  /** An account with nothing in it. */
  empty(): State;
  /**
   * The cloud's own adapter for a target, its requests answered from the session. The target's config is not read. One is opened for
   * each verb: whatever an adapter remembers between verbs may only spare calls.
   */
  open(target: Target, rules: SimulatedRules, ports: CloudPorts, session: SimulatedSession<State>): Adapter;
  /** Whether two accounts hold the same; what differs is at most how many calls were counted. */
  holdSame(one: State, other: State): boolean;
  /** The account without what a cloud remembers for ever and nothing refers to any more, so that it does not grow without end. */
  tidied(state: State): State;
  /** Every unit that exists, seen from above; one that is going away until it is gone. */
  units(state: State, rules: SimulatedRules, now: number): readonly SimulatedUnit[];
  /** Every try of a job that the account still knows of. */
  tries(state: State, rules: SimulatedRules, now: number): readonly SimulatedTry[];
}

/** How a simulated account behaves, in words that fit every cloud. */
export interface SimulatedRules {
  readonly region: string;
  readonly delaysMs: {
    /** From the call until it starts. */
    readonly create: number;
    /** From there until it is ready. */
    readonly ready: number;
    readonly destroy: number;
    /** How long a new resource is missing from lists; a read by its name finds it at once. */
    readonly visible: number;
  };
  /** Provider-side resources at once: services, or container groups. */
  readonly resources: number;
  /** Whether writes are held to the cloud's own published rates, and refused with its own error beyond them. */
  readonly rates: boolean;
}

/** The account during one verb, or during a log that is followed. */
export interface SimulatedSession<State> {
  /** Answers one request from the account as it is now, and keeps what it has become. The request is as it goes over the wire. */
  ask<Reply>(
    request: object,
    step: (state: State, now: number) => { readonly state: State; readonly reply: Reply },
  ): Promise<Reply>;
}

/**
 * Looks at what goes to a simulated cloud before it is answered, and at the answer, both in the words of that cloud's own API. Throws
 * when one of them breaks the vendor's contract.
 */
export interface ContractJudge {
  request(cloud: Cloud, request: object): void;
  reply(cloud: Cloud, request: object, reply: unknown): void;
}

/** One unit in a simulated account, whatever it is made of there. */
export interface SimulatedUnit {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  /** The main container's, as the cloud was told it. */
  readonly image: string;
  readonly isRouted: boolean;
  /** Replicas it is told to have, and how many of them are up; none is once it is being deleted. */
  readonly replicas: number;
  readonly up: number;
  readonly isDeleting: boolean;
}

/** One try of a job in a simulated account. */
export interface SimulatedTry {
  readonly name: string;
  readonly image: string;
  readonly createdAt: number;
  /** It runs no more. */
  readonly isOver: boolean;
}

/** A variable of the main container that makes it end at once, its value being the exit code. */
export const CRASH_VARIABLE = "SANDBOX_CRASH";
/** A variable of the main container of a job that says how long it runs, s. */
export const SECONDS_VARIABLE = "SANDBOX_RUN_SECONDS";

/** How long a try of a job runs that does not say, ms. */
const USUAL_RUN_MS = 1_000;

/** What a container was told by its variables: the exit code it leaves with, its last words, and how long a job of it runs, ms. */
export function toldBy(variables: Readonly<Record<string, string | undefined>>): {
  readonly crash?: { readonly exitCode: number; readonly lines: readonly string[] } | undefined;
  readonly runMs: number;
} {
  const exitCode = Number(variables[CRASH_VARIABLE]);
  const seconds = variables[SECONDS_VARIABLE];
  const runMs = seconds === undefined ? USUAL_RUN_MS : Number(seconds) * 1_000;
  if (variables[CRASH_VARIABLE] === undefined || !Number.isInteger(exitCode) || exitCode === 0)
    return { runMs };
  const lines = ["starting", `fatal: it was told to crash, leaving with ${exitCode}`];
  return { crash: { exitCode, lines }, runMs };
}
