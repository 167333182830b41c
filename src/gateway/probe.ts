import type { Endpoint } from "../domain/observation.ts";
import type { Send } from "../domain/upstream.ts";

/** What to ask: an HTTP path, or undefined when any answer will do. */
export interface Probe {
  readonly path: string | undefined;
  readonly timeoutMs: number;
}

const HEADERS = [
  ["host", "localhost"],
  ["user-agent", "berth-probe"],
  ["connection", "close"],
] as const;

const REFUSED: ReadonlySet<number> = new Set([401, 403]);
const NOT_LET_IN =
  ": grant Berth's account roles/run.invoker (a grant takes minutes), or set health.path to what the container answers itself";

/**
 * Ask one endpoint for its health over the very path that traffic takes. Undefined when it answered well (200 to 399 for
 * a given path, anything for none); else the sentence that says how it did not. Where only callers with an identity are let in, 401
 * and 403 are never well: they may be the provider's, and then no traffic would get through.
 */
export async function probe(
  send: Send,
  endpoint: Endpoint,
  ask: Probe,
  signal: AbortSignal,
): Promise<string | undefined> {
  const target = ask.path ?? "/";
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(ask.timeoutMs)]);
  try {
    const response = await send(
      endpoint,
      { method: "GET", target, headers: HEADERS, body: undefined },
      deadline,
    );
    await response.body?.cancel();
    const { status } = response;
    if (endpoint.auth !== undefined && REFUSED.has(status))
      return `GET ${target} answers ${status}${NOT_LET_IN}`;
    const healthy = ask.path === undefined || (status >= 200 && status < 400);
    return healthy ? undefined : `GET ${target} answers ${status}`;
  } catch (error) {
    if (deadline.aborted) return `GET ${target} does not answer within ${ask.timeoutMs} ms`;
    return `GET ${target} fails: ${error instanceof Error ? error.message : String(error)}`;
  }
}
