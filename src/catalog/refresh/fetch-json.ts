import { type Believed, no } from "./fresh-price.ts";

/** What a refresher needs of the world. */
export interface Web {
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A number in [0, 1). */
  readonly draw: () => number;
}

/** Bounds of one read; the defaults are for the real interfaces. */
export interface FetchBounds {
  readonly deadlineMs: number;
  readonly mostBytes: number;
  readonly attempts: number;
  /** Pause before the second attempt; each later one doubles it. */
  readonly pauseMs: number;
}

/** A region of Amazon's list has some 2 MB: eight times that is no price list any more. */
export const FETCH_BOUNDS: FetchBounds = {
  deadlineMs: 30_000,
  mostBytes: 16 * 1024 * 1024,
  attempts: 4,
  pauseMs: 1_000,
};

/**
 * One JSON document, or the sentence why there is none. Tries again, with growing and random pauses, after 429, 5xx, a broken
 * connection or a document that was cut off; never follows a redirect, so only the host that was meant is ever asked.
 */
export async function fetchJson(
  web: Web,
  url: URL,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly bounds?: FetchBounds | undefined;
  },
): Promise<Believed<unknown> & { readonly status?: number }> {
  const { signal, headers = {}, bounds = FETCH_BOUNDS } = options;
  let last: Attempt = { ...no("it was not asked"), again: true };
  for (let attempt = 0; attempt < bounds.attempts; attempt += 1) {
    if (attempt > 0) await web.sleep(pauseBefore(attempt, last, bounds, web.draw()), signal);
    if (signal.aborted) return no(`${url.host} was not asked to the end: the time for a refresh is up`);
    last = await ask(web, url, headers, signal, bounds);
    if (last.ok || !last.again) return last;
  }
  return last;
}

/** A pause that a provider asks for is kept up to this, ms; longer than that and the refresh is for another day. */
const LONGEST_PAUSE_MS = 60_000;
const MAX_URL_SHOWN = 200;

type Attempt = Believed<unknown> & {
  readonly status?: number;
  readonly again: boolean;
  readonly retryAfterMs?: number | undefined;
};

async function ask(
  web: Web,
  url: URL,
  headers: Readonly<Record<string, string>>,
  outer: AbortSignal,
  bounds: FetchBounds,
): Promise<Attempt> {
  const signal = AbortSignal.any([outer, AbortSignal.timeout(bounds.deadlineMs)]);
  try {
    const response = await web.fetch(url, {
      headers: { accept: "application/json", ...headers },
      redirect: "manual",
      signal,
    });
    const { status } = response;
    if (status === 200) return await documentOf(response, url, bounds.mostBytes);
    await response.body?.cancel();
    const again = status === 429 || status >= 500;
    const why =
      status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`;
    return { ...no(`${shown(url)} ${why}`), status, again, retryAfterMs: retryAfterMs(response.headers) };
  } catch (error) {
    const why = signal.aborted ? "did not answer in time" : `could not be read: ${String(error)}`;
    return { ...no(`${shown(url)} ${why}`), again: true };
  }
}

async function documentOf(response: Response, url: URL, mostBytes: number): Promise<Attempt> {
  const text = await textOf(response, mostBytes);
  if (text === undefined)
    return { ...no(`${shown(url)} answered more than ${mostBytes} bytes`), status: 200, again: false };
  try {
    return { ok: true, value: JSON.parse(text), again: false };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ...no(`${shown(url)} answered no whole JSON document`), status: 200, again: true };
  }
}

/** The body as text; `undefined` when it is longer than it may be. */
async function textOf(response: Response, mostBytes: number): Promise<string | undefined> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body, so the rest is never sent.
    if (bytes > mostBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function pauseBefore(attempt: number, last: Attempt, bounds: FetchBounds, draw: number): number {
  const step = bounds.pauseMs * 2 ** (attempt - 1);
  // Random over the second half: processes that failed together do not come again together.
  return Math.min(LONGEST_PAUSE_MS, Math.max(last.retryAfterMs ?? 0, step / 2 + (step / 2) * draw));
}

/** RFC 9110 section 10.2.3; a date there is as good as none, for the pauses grow anyway. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : undefined;
}

// A query may hold a long filter, and never says more than the path does.
const shown = (url: URL): string => `${url.host}${url.pathname}`.slice(0, MAX_URL_SHOWN);
