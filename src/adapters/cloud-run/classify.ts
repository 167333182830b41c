import { AdapterError, type Trouble } from "../../domain/fault.ts";
import { member } from "./members.ts";

/**
 * What Google's canonical codes mean for us (google.rpc.Code; AIP-193 "Errors", AIP-154 for etags: a mismatch is ABORTED).
 * RESOURCE_EXHAUSTED is two things, which the details tell apart: see `exhausted`.
 */
export const KINDS: Readonly<Record<string, Trouble>> = {
  CANCELLED: "unavailable",
  UNKNOWN: "bug",
  INVALID_ARGUMENT: "invalid",
  DEADLINE_EXCEEDED: "unavailable",
  NOT_FOUND: "conflict",
  ALREADY_EXISTS: "conflict",
  PERMISSION_DENIED: "denied",
  RESOURCE_EXHAUSTED: "quota",
  FAILED_PRECONDITION: "invalid",
  ABORTED: "conflict",
  OUT_OF_RANGE: "invalid",
  UNIMPLEMENTED: "bug",
  INTERNAL: "unavailable",
  UNAVAILABLE: "unavailable",
  DATA_LOSS: "bug",
  UNAUTHENTICATED: "denied",
};

/**
 * Where one code is two things, Google's texts tell them apart. Sources: answers of the API quoted in public issue trackers
 * (firebase/friendlyeats-web#291, nitrictech/nitric#547) and in logs: a region's quota of CPU or memory is told as a wrong field.
 */
export const TEXT_KINDS: readonly {
  readonly code: string;
  readonly text: string;
  readonly kind: Trouble;
}[] = [
  { code: "INVALID_ARGUMENT", text: "Quota violated", kind: "quota" },
  { code: "INVALID_ARGUMENT", text: "maxScale may not exceed", kind: "quota" },
];

/** The codes in the order of their numbers (google.rpc.Code), from 1. */
const CODES = [
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** An error of Google's, however it came: over REST, or from the official client. */
export interface GoogleTrouble {
  /** Canonical code by name; absent where an answer was none of Google's. */
  readonly code?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly message: string;
  /** `reason` of a google.rpc.ErrorInfo among the details. */
  readonly reason?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** There is no such resource: what a read answers with `undefined`, and a change with "conflict". */
export class Absent extends AdapterError {}

/** The error as one of our kinds. Google's own sentence is kept; only where `TEXT_KINDS` has it is anything decided by it. */
export function classifyGoogle(trouble: GoogleTrouble): AdapterError {
  const kind = kindOf(trouble);
  const { code, httpStatus, retryAfterMs, cause } = trouble;
  const absent = code === "NOT_FOUND" || (code === undefined && httpStatus === 404);
  return new (absent ? Absent : AdapterError)(
    absent ? "conflict" : kind,
    `Google: ${shortened(trouble.message)}`,
    {
      cause,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

/** A canonical code by its number, or `undefined` for a number that is none. */
export const codeName = (code: number): string | undefined => CODES[code - 1];

/** What the JSON of a failed REST answer says (AIP-193). */
export function troubleOf(httpStatus: number, body: unknown, retryAfter: string | null): GoogleTrouble {
  const error = member(body, "error");
  // The token endpoints speak OAuth's own form (RFC 6749, 5.2).
  const message = member(error, "message") ?? member(body, "error_description");
  const code = member(error, "status");
  const seconds = Number(retryAfter ?? Number.NaN);
  return {
    code: typeof code === "string" ? code : undefined,
    httpStatus,
    message: typeof message === "string" ? message : `it answered ${httpStatus} without saying why`,
    reason: reasonIn(member(error, "details")),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  };
}

/** `reason` of the first google.rpc.ErrorInfo in a list of details. */
export function reasonIn(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined;
  const reasons = details.map((detail: unknown) => member(detail, "reason"));
  return reasons.find((reason) => typeof reason === "string");
}

function kindOf(trouble: GoogleTrouble): Trouble {
  const { code, httpStatus } = trouble;
  if (code === "RESOURCE_EXHAUSTED") return exhausted(trouble);
  const told = TEXT_KINDS.find((row) => row.code === code && trouble.message.includes(row.text));
  if (told !== undefined) return told.kind;
  const known = code === undefined ? undefined : KINDS[code];
  if (known !== undefined && known !== "bug") return known;
  if (httpStatus === 429) return "throttled";
  if (httpStatus === 401 || httpStatus === 403) return "denied";
  if (httpStatus !== undefined && httpStatus >= 500 && httpStatus !== 501) return "unavailable";
  return "bug";
}

// cloud.google.com/docs/quotas/troubleshoot: a rate is named RATE_LIMIT_EXCEEDED; what may exist at once is not.
function exhausted({ reason, retryAfterMs }: GoogleTrouble): Trouble {
  return reason === "RATE_LIMIT_EXCEEDED" || retryAfterMs !== undefined ? "throttled" : "quota";
}

const MOST_MESSAGE_CHARS = 500;
const shortened = (text: string): string =>
  text.length > MOST_MESSAGE_CHARS ? `${text.slice(0, MOST_MESSAGE_CHARS)}...` : text;
