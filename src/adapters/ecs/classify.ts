import { AdapterError, type Trouble } from "../../domain/fault.ts";
import { CODE_KINDS, FAILURE_KINDS, TEXT_KINDS } from "./error-table.ts";

/**
 * What ECS was told when it asked another service for itself stands at the end of its own answer: "Error retrieving security group
 * information for [...]: Request limit exceeded. (ErrorCode: RequestLimitExceeded)" (dask/dask-cloudprovider#56).
 */
const CAUSE = /\(ErrorCode: ([\w.]+)\)\.?$/;

/** One of AWS's errors, or of the network before it, as one of our kinds. */
export function classify(error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const { code, message, status } = factsOf(error);
  const caused = ownKind(CAUSE.exec(message)?.[1] ?? "");
  const kind =
    textKind(code, message) ?? caused ?? ownKind(code) ?? statusKind(status) ?? networkKind(error) ?? "bug";
  const retryAfterMs = retryAfter(error);
  return new AdapterError(kind, sentence(kind, code, message), {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

interface Failure {
  readonly arn?: string | undefined;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
}

/** One entry of `failures[]` as an error: a 200 that did not do what was asked. */
export function failureError(
  { reason = "no reason given", detail }: Failure,
  what = "start it",
): AdapterError {
  const kind = FAILURE_KINDS.find(({ begins }) => reason.startsWith(begins))?.kind ?? "bug";
  return new AdapterError(
    kind,
    `ECS did not ${what}: ${reason}${detail === undefined ? "" : ` (${detail})`}.`,
  );
}

/** Passes for a description whose every failure is that the thing is not there. Throws `AdapterError` for any other: it proves no absence. */
export function requireOnlyMissing(failures: readonly Failure[] | undefined): void {
  const other = failures?.find(({ reason }) => reason !== "MISSING");
  if (other !== undefined) throw failureError(other, "tell of it");
}

/** The code of an error of AWS, or undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  const cause = error instanceof AdapterError ? error.cause : error;
  return cause instanceof Error ? cause.name : undefined;
}

function factsOf(error: unknown): { code: string; message: string; status: number | undefined } {
  if (!(error instanceof Error)) return { code: "", message: String(error), status: undefined };
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  const response = "$response" in error ? error.$response : undefined;
  return {
    code: error.name,
    message: error.message,
    status: numberIn(metadata, "httpStatusCode") ?? numberIn(response, "statusCode"),
  };
}

function textKind(code: string, message: string): Trouble | undefined {
  return TEXT_KINDS.find((row) => row.code === code && message.startsWith(row.begins))?.kind;
}

// The SDK names an error after its shape, which for the query protocols is the code with this end.
const ownKind = (name: string): Trouble | undefined => {
  const code = [name, name.replace(/Exception$/, "")].find((one) => Object.hasOwn(CODE_KINDS, one));
  return code === undefined ? undefined : CODE_KINDS[code];
};

function statusKind(status: number | undefined): Trouble | undefined {
  if (status === undefined) return undefined;
  if (status === 429) return "throttled";
  if (status === 403 || status === 401) return "denied";
  return status >= 500 ? "unavailable" : undefined;
}

// Node names what went wrong below HTTP by a code of its own (ECONNRESET, ENOTFOUND ...); fetch throws a TypeError.
function networkKind(error: unknown): Trouble | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? error.code : undefined;
  const fetchFailed = error instanceof TypeError && error.message.includes("fetch");
  return fetchFailed || (typeof code === "string" && /^(E[A-Z]+|UND_ERR_\w+)$/.test(code))
    ? "unavailable"
    : undefined;
}

function retryAfter(error: unknown): number | undefined {
  const response = error instanceof Error && "$response" in error ? error.$response : undefined;
  const headers =
    typeof response === "object" && response !== null && "headers" in response ? response.headers : undefined;
  const value =
    typeof headers === "object" && headers !== null && "retry-after" in headers ? headers["retry-after"] : "";
  return typeof value === "string" && /^\d{1,5}$/.test(value) ? Number(value) * 1_000 : undefined;
}

function sentence(kind: Trouble, code: string, message: string): string {
  const said = message === "" ? code : `${code}: ${message}`;
  const advice: Readonly<Partial<Record<Trouble, string>>> = {
    denied: "check the target's roles and credentials, for AWS refused",
    unavailable: "AWS did not answer",
    throttled: "AWS asks to slow down",
    bug: "AWS answered what Berth does not know",
  };
  return `${advice[kind] ?? "AWS refused"}: ${said}`.replace(/^./, (first) => first.toUpperCase());
}

function numberIn(value: unknown, field: string): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, field);
  return typeof found === "number" ? found : undefined;
}
