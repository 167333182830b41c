import { ApiProblem, readProblem } from "./api-problem.ts";
import { isRecord } from "./is-record.ts";
import { parseJson } from "./parse-json.ts";
import { readBounded } from "./read-bounded.ts";
import { Unreachable } from "./unreachable.ts";

/** What the client needs of the world. */
export interface ClientPorts {
  readonly server: string;
  readonly token: string | undefined;
  readonly project: string | undefined;
  readonly environment: string | undefined;
  readonly version: string;
  readonly fetch: typeof fetch;
  readonly random: () => number;
  readonly newId: () => string;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface ApiRequest {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** Begins with `/`; names in it are already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Only over this version of the thing; 0: only if it is not there yet. */
  readonly ifVersion?: number | undefined;
  /** How long one try may take, ms. */
  readonly timeoutMs?: number;
  /** Also try again while nothing listens: a broker that restarts under a person who waits. */
  readonly patient?: boolean;
  /** Media type asked for; JSON by default. */
  readonly accept?: string;
  /** Ends the call early, besides the person's own Ctrl-C. */
  readonly signal?: AbortSignal;
}

interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** Typed calls of the v1 API. Throws `ApiProblem` for every answer of 400 or more, `Unreachable` where none came. */
export interface Client {
  readonly server: string;
  call<T>(request: ApiRequest): Promise<Answer<T>>;
  /** The open body of a call that goes on; only its first byte is waited for with a deadline. */
  stream(request: ApiRequest): Promise<ReadableStream<Uint8Array>>;
}

/** Time for a call that only reads or writes rows, ms. */
const CALL_TIMEOUT_MS = 30_000;
const TRIES = 4;
/** Tries of a patient call: with the pauses below about half a minute, the time a broker has to come back. */
const PATIENT_TRIES = 12;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 4_000;
/** A pause the server asks for is cut to this. */
const LONGEST_RETRY_AFTER_MS = 10_000;
const RETRIED_STATUS: ReadonlySet<number> = new Set([429, 502, 503]);

/** A client of one broker. Every unsafe call carries one key over all its tries, so that it happens once. */
export function openClient(ports: ClientPorts): Client {
  return {
    server: ports.server,
    call: async <T>(request: ApiRequest): Promise<Answer<T>> => {
      const { response, text } = await tryAgain(ports, request, readText);
      const body = parse(ports, request, text);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where an answer gets its type: broker and CLI are released together, and `api.ts` mirrors the broker's views
      return { status: response.status, body: body as T, headers: response.headers };
    },
    stream: async (request) => {
      const { response } = await tryAgain(ports, request, readNothing);
      return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
    },
  };
}

interface Received {
  readonly response: Response;
  readonly text: string;
}
type Reader = (response: Response, server: string) => Promise<Received>;

const readText: Reader = async (response, server) => ({
  response,
  text: await readBounded(response.body, server),
});
const readNothing: Reader = (response, server) =>
  response.ok ? Promise.resolve({ response, text: "" }) : readText(response, server);

async function tryAgain(ports: ClientPorts, request: ApiRequest, read: Reader): Promise<Received> {
  const key = request.method === "GET" ? undefined : ports.newId();
  const tries = request.patient === true ? PATIENT_TRIES : TRIES;
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryOnce(ports, request, key, read);
    if (!(outcome instanceof Unreachable) && outcome.response.ok) return outcome;
    const failure =
      outcome instanceof Unreachable ? outcome : readProblem(ports.server, outcome.response, outcome.text);
    const signal = endOf(ports, request);
    if (attempt === tries || signal.aborted || !isPassing(failure, request)) throw failure;
    await ports.sleep(pauseMs(failure, attempt, ports.random()), signal);
  }
}

async function tryOnce(
  ports: ClientPorts,
  request: ApiRequest,
  key: string | undefined,
  read: Reader,
): Promise<Received | Unreachable> {
  const timeoutMs = request.timeoutMs ?? CALL_TIMEOUT_MS;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    const response = await ports.fetch(urlOf(ports, request), {
      method: request.method,
      headers: headersOf(ports, request, key),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      // A redirect would carry the token to wherever it points.
      redirect: "error",
      signal: AbortSignal.any([late.signal, endOf(ports, request)]),
    });
    return await read(response, ports.server);
  } catch (error) {
    if (error instanceof Unreachable) return error;
    if (endOf(ports, request).aborted) return new Unreachable(ports.server, "interrupted", { cause: error });
    if (late.signal.aborted) return new Unreachable(ports.server, "late", { cause: error, timeoutMs });
    return new Unreachable(ports.server, refusedIn(error) ? "refused" : "broken", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

const endOf = (ports: ClientPorts, request: ApiRequest): AbortSignal =>
  request.signal === undefined ? ports.signal : AbortSignal.any([ports.signal, request.signal]);

function urlOf(ports: ClientPorts, request: ApiRequest): URL {
  const url = new URL(ports.server.replace(/\/+$/, "") + request.path);
  const query = { environment: ports.environment, project: ports.project, ...request.query };
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

function headersOf(ports: ClientPorts, request: ApiRequest, key: string | undefined): Record<string, string> {
  return {
    accept: request.accept ?? "application/json, application/problem+json",
    "user-agent": `berth/${ports.version}`,
    ...(ports.token === undefined ? {} : { authorization: `Bearer ${ports.token}` }),
    ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    ...(key === undefined ? {} : { "idempotency-key": key }),
    ...preconditionOf(request),
  };
}

function preconditionOf({ ifVersion }: ApiRequest): Record<string, string> {
  if (ifVersion === undefined) return {};
  return ifVersion === 0 ? { "if-none-match": "*" } : { "if-match": `"${ifVersion}"` };
}

// `fetch` wraps the socket's error, and one per address where a name has several.
function refusedIn(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && error.code === "ECONNREFUSED") return true;
  if (error instanceof AggregateError && error.errors.some(refusedIn)) return true;
  return refusedIn(error.cause);
}

// The same key makes every try safe. An answer that is still being made (`idempotency-in-flight`) is worth waiting for.
function isPassing(failure: ApiProblem | Unreachable, request: ApiRequest): boolean {
  if (failure instanceof ApiProblem)
    return RETRIED_STATUS.has(failure.status) || failure.code === "idempotency-in-flight";
  if (failure.why === "refused") return request.patient === true;
  return failure.why === "broken";
}

function pauseMs(failure: ApiProblem | Unreachable, attempt: number, random: number): number {
  const asked = failure instanceof ApiProblem ? failure.retryAfterMs : undefined;
  if (asked !== undefined) return Math.min(asked, LONGEST_RETRY_AFTER_MS);
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)) * (0.5 + random);
}

function parse(ports: ClientPorts, request: ApiRequest, text: string): Readonly<Record<string, unknown>> {
  const value = text === "" ? {} : parseJson(text);
  if (isRecord(value)) return value;
  throw new Unreachable(ports.server, "foreign", { detail: `${request.method} ${request.path}` });
}
