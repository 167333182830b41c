import type { ProjectState } from "./state.ts";

/** One request, as it comes over the wire to any of Google's APIs. */
export interface SimulatedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface SimulatedReply {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterSeconds?: number | undefined;
}

export interface Step {
  readonly state: ProjectState;
  readonly reply: SimulatedReply;
}

/** An answer that is an answer. */
export const answer = (state: ProjectState, body: unknown): Step => ({ state, reply: { status: 200, body } });

/** An error as Google's APIs write them (AIP-193). */
export function refusal(
  state: ProjectState,
  code: keyof typeof HTTP_STATUS,
  message: string,
  details: readonly object[] = [],
): Step {
  const status = HTTP_STATUS[code];
  const error = { code: status, message, status: code, ...(details.length === 0 ? {} : { details }) };
  return { state, reply: { status, body: { error } } };
}

/** google.rpc.Code: the HTTP status of each canonical code. */
export const HTTP_STATUS = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
} as const;

/** The detail by which a rate is told from what may exist at once. */
export const RATE_DETAIL = {
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason: "RATE_LIMIT_EXCEEDED",
  domain: "googleapis.com",
} as const;

/** A moment as Google writes it. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** The members of a request's body. */
export const bodyOf = ({ body }: SimulatedRequest): Readonly<Record<string, unknown>> =>
  typeof body === "object" && body !== null ? Object.fromEntries(Object.entries(body)) : {};
