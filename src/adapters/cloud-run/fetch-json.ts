import type { CloudPorts } from "../cloud-ports.ts";
import { type GoogleTrouble, troubleOf } from "./classify.ts";
import type { CloudRunConfig } from "./config.ts";
import { GOOGLE_ORIGINS, type GoogleService } from "./services.ts";

/** Answers longer than this are not read to the end: none of the calls made here has one, characters. */
const MOST_CHARS = 16_000_000;

export interface JsonRequest {
  readonly url: string;
  readonly method: string;
  readonly body?: Readonly<Record<string, unknown>> | URLSearchParams | undefined;
  readonly token?: string | undefined;
}

/** A Google answer: its JSON, or what it says went wrong. */
export interface JsonAnswer {
  readonly status: number;
  readonly json: unknown;
  readonly trouble?: GoogleTrouble | undefined;
}

/** One request with a JSON answer. Throws only what `fetch` throws, and for an answer that has no end. */
export async function fetchJson(
  fetch: CloudPorts["fetch"],
  { url, method, body, token }: JsonRequest,
  signal: AbortSignal,
): Promise<JsonAnswer> {
  const form = body instanceof URLSearchParams;
  const headers = new Headers({ accept: "application/json" });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (body !== undefined && !form) headers.set("content-type", "application/json");
  const sent = body === undefined ? null : form ? body : JSON.stringify(body);
  const answer = await fetch(url, { method, headers, body: sent, signal, redirect: "manual" });
  const text = await answer.text();
  if (text.length > MOST_CHARS) throw new RangeError(`the answer has ${text.length} characters`);
  const json = jsonIn(text);
  return answer.ok
    ? { status: answer.status, json }
    : {
        status: answer.status,
        json,
        trouble: troubleOf(answer.status, json, answer.headers.get("retry-after")),
      };
}

/** Where a target finds one of Google's APIs. */
export function originOf(config: CloudRunConfig, service: GoogleService): string {
  return config.endpoints[service] ?? GOOGLE_ORIGINS[service];
}

/** The JSON of a text, or `undefined` where it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A page of a proxy in between: the status alone is what is known.
    return undefined;
  }
}
