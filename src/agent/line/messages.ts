import type { Header } from "../../domain/upstream.ts";

/** What the broker asks of an agent on a new stream. */
export type Open = OpenHttp | OpenLogs;
export interface OpenHttp {
  readonly kind: "http";
  readonly unit: string;
  readonly replica: number;
  readonly port: number;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Header[];
  /** Whether a request body follows. */
  readonly body: boolean;
}
export interface OpenLogs {
  readonly kind: "logs";
  readonly unit: string;
  readonly tail: number;
  readonly follow: boolean;
}

/** The start of the agent's answer. After status 101 both directions are raw bytes. */
export interface Head {
  readonly status: number;
  readonly headers: readonly Header[];
  /** Whether a body follows. */
  readonly body: boolean;
}

/** Why a stream ended early. */
export interface Reset {
  /** True when not one byte reached the container, so that another may be tried. */
  readonly connect: boolean;
  readonly message: string;
}

/** Pairs in one head; the gateway's own limit is lower. */
export const MAX_HEADERS = 512;
/** Longer reasons are cut: a reset must always fit in a frame. */
export const MAX_REASON_CHARACTERS = 500;

/** A reset whose sentence is short enough for any frame. */
export function resetBecause(message: string, connect = false): Reset {
  return { connect, message: message.slice(0, MAX_REASON_CHARACTERS) };
}

/** The OPEN in this value, or undefined when it has another form. */
export function parseOpen(value: unknown): Open | undefined {
  if (!isRecord(value) || !isText(value["unit"])) return undefined;
  if (value["kind"] === "logs") {
    const { unit, tail, follow } = value;
    return isCount(tail) && typeof follow === "boolean" ? { kind: "logs", unit, tail, follow } : undefined;
  }
  const { unit, replica, port, method, target, body } = value;
  const headers = headersOf(value["headers"]);
  const whole =
    isCount(replica) && isPort(port) && isText(method) && isText(target) && typeof body === "boolean";
  return value["kind"] === "http" && whole && headers !== undefined
    ? { kind: "http", unit, replica, port, method, target, headers, body }
    : undefined;
}

/** The HEAD in this value, or undefined when it has another form. */
export function parseHead(value: unknown): Head | undefined {
  if (!isRecord(value)) return undefined;
  const { status, body } = value;
  const headers = headersOf(value["headers"]);
  const isStatus = typeof status === "number" && Number.isInteger(status) && status >= 100 && status <= 999;
  return isStatus && headers !== undefined && typeof body === "boolean"
    ? { status, headers, body }
    : undefined;
}

/** The RESET in this value, or undefined when it has another form. */
export function parseReset(value: unknown): Reset | undefined {
  if (!isRecord(value)) return undefined;
  const { connect, message } = value;
  return typeof connect === "boolean" && typeof message === "string"
    ? resetBecause(message, connect)
    : undefined;
}

function headersOf(value: unknown): readonly Header[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_HEADERS) return undefined;
  const headers: Header[] = [];
  for (const pair of value as readonly unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const [name, text] = pair as readonly unknown[];
    if (typeof name !== "string" || !TOKEN.test(name)) return undefined;
    if (typeof text !== "string" || FORBIDDEN_IN_VALUES.test(text)) return undefined;
    headers.push([name, text]);
  }
  return headers;
}

/** A field name is a token (RFC 9110, 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Control characters could end a header and begin another (RFC 9110, 5.5). */
// oxlint-disable-next-line eslint/no-control-regex
const FORBIDDEN_IN_VALUES = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isPort = (value: unknown): value is number => isCount(value) && value >= 1 && value <= 65_535;
