import { AdapterError, type Trouble } from "../../domain/fault.ts";
import { ERROR_TABLE } from "./error-table.ts";

/** An error answer of Azure Resource Manager, as the SDK's `RestError` and the simulator both give it. */
export interface ArmFailure {
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
}

/** Says one of our kinds for anything an ARM call has thrown. */
export function classify(error: unknown): AdapterError {
  return classified(failureOf(error), error);
}

/** The kind of one failure, by its code first and its status second; what neither tells is a bug. */
export function classified(failure: ArmFailure, cause?: unknown): AdapterError {
  const row = ERROR_TABLE.find(
    ({ code, status, text }) =>
      code === failure.code &&
      (status === undefined || status === failure.status) &&
      (text === undefined || failure.message.includes(text)),
  );
  const kind = row?.kind ?? kindOfStatus(failure);
  const hint = row?.hint === undefined ? "" : ` ${row.hint}`;
  const name = failure.code === "" ? `HTTP ${failure.status ?? "no answer"}` : failure.code;
  return new AdapterError(kind, `Azure answered ${name}: ${shortened(failure.message)}${hint}`, {
    cause,
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
  });
}

/** Whether Azure says that the very thing asked for does not exist: not its resource group, nor its subscription. */
export function isAbsent(error: unknown): boolean {
  const { status, code } = failureOf(error);
  return status === 404 && (code === "ResourceNotFound" || code === "NotFound");
}

/** Azure's messages can repeat a whole document; more than this helps nobody. */
const MOST_MESSAGE_CHARS = 600;

/** By HTTP status, as ARM uses it (common deployment errors; RFC 9110). */
const STATUS_KINDS: Readonly<Record<number, Trouble>> = {
  400: "invalid",
  401: "denied",
  403: "denied",
  404: "denied",
  408: "unavailable",
  409: "conflict",
  412: "conflict",
  429: "throttled",
};

function kindOfStatus({ status, code }: ArmFailure): Trouble {
  // Without an answer, a code that Node gives to sockets (ECONNRESET and the like) or an abort is all there is.
  if (status === undefined) return code === "" ? "bug" : "unavailable";
  return STATUS_KINDS[status] ?? (status >= 500 ? "unavailable" : "bug");
}

function failureOf(error: unknown): ArmFailure {
  const fields = typeof error === "object" && error !== null ? Object.fromEntries(fieldsOf(error)) : {};
  const { statusCode, code, message, name, response } = fields;
  const aborted = name === "AbortError";
  return {
    status: typeof statusCode === "number" ? statusCode : undefined,
    code: typeof code === "string" ? code : aborted ? "AbortError" : "",
    message: typeof message === "string" ? message : String(error),
    retryAfterMs: retryAfterOf(response),
  };
}

// Errors keep message and name where Object.entries does not look.
const fieldsOf = (error: object): readonly (readonly [string, unknown])[] =>
  ["statusCode", "code", "message", "name", "response"].map((field) => [field, Reflect.get(error, field)]);

function retryAfterOf(response: unknown): number | undefined {
  if (typeof response !== "object" || response === null || !("headers" in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== "object" || headers === null || !("get" in headers)) return undefined;
  const value: unknown = typeof headers.get === "function" ? headers.get("retry-after") : undefined;
  return typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : undefined;
}

const shortened = (message: string): string =>
  message.length <= MOST_MESSAGE_CHARS ? message : `${message.slice(0, MOST_MESSAGE_CHARS)}...`;
