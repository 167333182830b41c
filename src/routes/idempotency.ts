import { createHash } from "node:crypto";
import { Fault } from "../domain/fault.ts";
import type { Log } from "../broker/ports.ts";
import type { InstanceStore, StoredAnswer } from "../store/instance.ts";

/** How long an answer is kept for its key: a day, longer than any pipeline retries. */
const KEEP_MS = 24 * 60 * 60 * 1_000;
const KEY = /^[\x21-\x7e]{1,200}$/;
/** Answers are kept up to this size; a larger one is only remembered as given. */
const MAX_KEPT_CHARACTERS = 256 * 1024;
const KEPT_HEADERS = ["content-type", "location", "etag", "retry-after"] as const;
/** Nothing is settled by these: the same key may run again. */
const FORGOTTEN_STATUS: ReadonlySet<number> = new Set([429]);

export interface KeyedCall {
  readonly store: Pick<InstanceStore, "beginIdempotent" | "finishIdempotent" | "forgetIdempotent">;
  readonly now: () => number;
  readonly log: Log;
  readonly project: string;
  readonly key: string;
  readonly fingerprint: string;
  /** The answer holds a secret: it is not kept, and a replay says so. */
  readonly secretAnswer: boolean;
}

/** The call's `Idempotency-Key`, or undefined. Throws `invalid-header` for one that is no key. */
export function idempotencyKeyOf(headers: Headers): string | undefined {
  const key = headers.get("idempotency-key");
  if (key === null) return undefined;
  if (KEY.test(key)) return key;
  throw new Fault("invalid-header", "An Idempotency-Key has 1 to 200 printable characters without spaces.");
}

/** What makes two calls the same: who, method, path, query and every byte of the body. */
export function fingerprintOf(tokenId: string, method: string, url: URL, body: Uint8Array): string {
  return createHash("sha256")
    .update([tokenId, method, url.pathname, url.search, ""].join("\n"))
    .update(body)
    .digest("hex");
}

/**
 * Runs a keyed call once: later calls with the key get the first one's answer. Throws `idempotency-in-flight` while the
 * first still runs and `idempotency-mismatch` when the key was used for something else. Answers of 5xx are forgotten.
 */
export async function once(call: KeyedCall, run: () => Promise<Response>): Promise<Response> {
  const { store, project, key, fingerprint } = call;
  const begun = await store.beginIdempotent({ project, key, fingerprint, now: call.now(), keepMs: KEEP_MS });
  if (begun.state === "answered") return replay(begun.answer);
  if (begun.state === "new") return keep(call, await run());
  if (begun.state === "mismatch")
    throw new Fault(
      "idempotency-mismatch",
      "This Idempotency-Key was used for another call; take a new key.",
    );
  throw new Fault(
    "idempotency-in-flight",
    "The first call with this Idempotency-Key is still running; ask again.",
    {
      retryAfterSeconds: 1,
    },
  );
}

async function keep(call: KeyedCall, response: Response): Promise<Response> {
  const { store, project, key } = call;
  if (response.status >= 500 || FORGOTTEN_STATUS.has(response.status)) {
    await store.forgetIdempotent({ project, key });
    return response;
  }
  const body = await response.text();
  const answer = { status: response.status, headers: keptHeaders(response), body };
  try {
    await store.finishIdempotent({ project, key }, keepable(call, answer));
  } catch (error) {
    // The work is done and the caller shall know; the key stays in flight until its time is over.
    call.log("error", `an answer could not be kept for its Idempotency-Key: ${String(error)}`);
  }
  return new Response(response.status === 204 ? null : body, response);
}

function keepable(call: KeyedCall, answer: StoredAnswer): StoredAnswer {
  const done = answer.status < 400;
  if (done && call.secretAnswer)
    return spent("its secret was shown once and is not kept. Take a new key to make another.");
  if (answer.body.length > MAX_KEPT_CHARACTERS) return spent("its answer was too large to keep.");
  return answer;
}

// Not an HTTP status: such a row is answered by a problem of its own.
const SPENT = 0;

function spent(why: string): StoredAnswer {
  return { status: SPENT, headers: {}, body: `This Idempotency-Key was answered before: ${why}` };
}

function keptHeaders(response: Response): Readonly<Record<string, string>> {
  const pairs = KEPT_HEADERS.map((name) => [name, response.headers.get(name)] as const);
  return Object.fromEntries(
    pairs.filter((pair): pair is [(typeof KEPT_HEADERS)[number], string] => pair[1] !== null),
  );
}

function replay(answer: StoredAnswer): Response {
  if (answer.status === SPENT) throw new Fault("conflict", answer.body);
  const body = answer.status === 204 ? null : answer.body;
  return new Response(body, {
    status: answer.status,
    headers: { ...answer.headers, "idempotency-replayed": "true" },
  });
}
