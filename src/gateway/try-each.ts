import { ConnectError, NotBegunError } from "../domain/upstream.ts";
import type { Counts, Exchange, Outcome } from "./counts.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Decision, Try } from "./route.ts";
import type { Shunned } from "./shunned.ts";

/** Endpoints one request is offered to. */
export const MAX_TRIES = 8;
const RETRY_SECONDS = 1;

/** Which try answered, with what. */
export interface Served<T> {
  readonly refused: false;
  readonly served: Try;
  readonly answer: T;
  readonly exchange: Exchange;
}

/**
 * Offers a request to one endpoint after another until one takes the connection. Only a `ConnectError` leads to the next,
 * and only while `mayRetry` or where nothing was begun; any other error is thrown. A refusal when none took it.
 */
export async function tryEach<T>(
  decision: Decision,
  send: (candidate: Try) => Promise<T>,
  ports: {
    readonly counts: Counts;
    readonly shunned: Shunned;
    /** Whether the request is still whole and still wanted. */
    readonly mayRetry: () => boolean;
    /** How a try that threw is counted. */
    readonly failedAs: () => Outcome;
  },
): Promise<Served<T> | Refusal> {
  let last = "no endpoint was tried";
  for (const served of decision.tries.slice(0, MAX_TRIES)) {
    const exchange = ports.counts.begin(served.unit);
    try {
      const answer = await send(served);
      ports.shunned.forgive(served.endpoint.url);
      return { refused: false, served, answer, exchange };
    } catch (error) {
      exchange.end(ports.failedAs());
      const mayGoOn = error instanceof NotBegunError || (error instanceof ConnectError && ports.mayRetry());
      if (!mayGoOn) throw error;
      ports.shunned.add(served.endpoint.url);
      last = error.message;
    }
  }
  return refuse("no-ready-upstream", `no container takes the connection: ${last}`, RETRY_SECONDS);
}
