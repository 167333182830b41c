/** What went wrong, as a kind; the kind alone decides the remedy. Message text is for people. */
export const REMEDY = {
  invalid: "tell-user", // the spec cannot be said in this provider's terms
  denied: "park", // credentials or permissions; retry only after they change
  quota: "replan", // this account may not have more here
  capacity: "replan", // nobody may have more here right now
  throttled: "retry", // slow down; honour retryAfterMs
  unavailable: "retry", // network, deadline, 5xx
  conflict: "observe", // somebody moved; look again before acting
  bug: "report", // anything nobody classified
} as const;
export type Trouble = keyof typeof REMEDY;

/** The only thing an adapter throws. */
export class AdapterError extends Error {
  readonly kind: Trouble;
  readonly retryAfterMs: number | undefined;
  constructor(kind: Trouble, message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.name = "AdapterError";
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A failure a caller can act on: a stable code, an HTTP status, a sentence, and the fields it speaks of. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly problems: readonly Problem[];
  readonly extra: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
  constructor(
    code: FaultCode,
    message: string,
    options: ErrorOptions & {
      problems?: readonly Problem[];
      extra?: Readonly<Record<string, unknown>>;
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(message, options);
    this.name = "Fault";
    this.code = code;
    this.problems = options.problems ?? [];
    this.extra = options.extra ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** One wrong field: a JSON pointer (RFC 6901) and what to change. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** Every code the API answers with, and its HTTP status. */
export const FAULT_STATUS = {
  "invalid-body": 400,
  "invalid-spec": 400,
  "invalid-query": 400,
  "invalid-path": 400,
  "invalid-header": 400,
  unauthenticated: 401,
  "invalid-token": 401,
  forbidden: 403,
  "policy-denied": 403,
  "not-found": 404,
  "method-not-allowed": 405,
  conflict: 409,
  "generation-conflict": 409,
  "older-than-current": 409,
  "plan-changed": 409,
  "plan-not-committable": 409,
  "plan-failed": 409,
  "plan-rolled-back": 409,
  "plan-superseded": 409,
  "plan-aborted": 409,
  "plan-expired": 409,
  "plan-held": 409,
  "plan-not-held": 409,
  "run-failed": 409,
  "idempotency-in-flight": 409,
  "confirmation-required": 409,
  "in-use": 409,
  "receipt-gone": 410,
  "events-gone": 410,
  "budget-exceeded": 409,
  "precondition-failed": 412,
  "body-too-large": 413,
  "unsupported-media-type": 415,
  "no-placement": 422,
  "price-unknown": 422,
  "registry-denied": 422,
  "idempotency-mismatch": 422,
  "too-large-to-store": 422,
  "too-many-requests": 429,
  internal: 500,
  unavailable: 503,
  "not-ready-yet": 504,
} as const;
export type FaultCode = keyof typeof FAULT_STATUS;
