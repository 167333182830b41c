import { HTTPException } from "hono/http-exception";
import { AdapterError, FAULT_STATUS, Fault, type FaultCode, type Problem } from "../domain/fault.ts";
import type { Log } from "../broker/ports.ts";

/** An answer of 400 or more (RFC 9457): a stable code, a sentence, and the fields it speaks of. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: FaultCode;
  readonly instance: string;
  readonly requestId: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

export interface ProblemContext {
  readonly requestId: string;
  readonly path: string;
  readonly log: Log;
}

/** A body has at most this many wrong fields; the rest would only be noise. */
const MAX_ERRORS = 100;

/** The one place where a failure becomes an HTTP answer. An unknown one says nothing of the inside and is logged. */
export function problemResponse(error: unknown, context: ProblemContext): Response {
  const fault = faultOf(error);
  if (fault.code === "internal")
    context.log("error", `${context.path} failed: ${text(error)}`, { requestId: context.requestId });
  return new Response(JSON.stringify(problemBody(fault, context)), {
    status: FAULT_STATUS[fault.code],
    headers: { "content-type": "application/problem+json", ...headersOf(fault) },
  });
}

/** The heading of a code on the reference page, and its title. */
export function titleOf(code: string): string {
  const words = code.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whatever was thrown, as a fault. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof AdapterError) return ofAdapter(error);
  if (error instanceof HTTPException && error.status < 500) return new Fault("invalid-body", error.message);
  return new Fault(
    "internal",
    "Something failed inside Berth. The log has the reason under this request id.",
    {
      cause: error,
    },
  );
}

function problemBody(fault: Fault, context: ProblemContext): ProblemBody {
  const errors = fault.problems.slice(0, MAX_ERRORS);
  return {
    ...fault.extra,
    type: `/docs#problem-${fault.code}`,
    title: titleOf(fault.code),
    status: FAULT_STATUS[fault.code],
    detail: fault.message,
    code: fault.code,
    instance: context.path,
    requestId: context.requestId,
    errors: errors.map(({ pointer, message }: Problem) => ({ pointer, detail: message })),
  };
}

function headersOf(fault: Fault): Readonly<Record<string, string>> {
  const { retryAfterSeconds } = fault;
  return {
    ...(retryAfterSeconds === undefined
      ? {}
      : { "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))) }),
    ...(FAULT_STATUS[fault.code] === 401 ? { "www-authenticate": 'Bearer realm="berth"' } : {}),
  };
}

// An adapter's sentence is written for users; only an unclassified failure is kept inside.
const ADAPTER_CODE: Readonly<Record<AdapterError["kind"], FaultCode>> = {
  invalid: "conflict",
  denied: "conflict",
  conflict: "conflict",
  quota: "unavailable",
  capacity: "unavailable",
  throttled: "unavailable",
  unavailable: "unavailable",
  bug: "internal",
};

function ofAdapter(error: AdapterError): Fault {
  const code = ADAPTER_CODE[error.kind];
  if (code === "internal")
    return new Fault("internal", "A provider answered in a way Berth does not know.", { cause: error });
  const retry = code === "unavailable" ? { retryAfterSeconds: (error.retryAfterMs ?? 5_000) / 1_000 } : {};
  return new Fault(code, error.message, { cause: error, ...retry });
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
