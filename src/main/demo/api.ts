import type { Say } from "./say.ts";

/** Calls the broker as a person with curl would, and prints that curl. */
export interface Api {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
}
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}
/** A JSON value looked into without a type: what is missing is undefined. */
export interface Json {
  readonly value: unknown;
  at(...path: readonly (string | number)[]): Json;
  text(): string;
  list(): readonly Json[];
}

const CALL_WITHIN_MS = 90_000;

/** An API client for the demo. `server` is the broker's base URL. */
export function apiOf(server: string, token: string, say: Say): Api {
  return {
    async call(method, path, body) {
      say.command(curlOf(method, server + path, body));
      const response = await fetch(server + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        signal: AbortSignal.timeout(CALL_WITHIN_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: jsonOf(text === "" ? undefined : JSON.parse(text)),
      };
    },
  };
}

function curlOf(method: string, url: string, body: unknown): string {
  const verb = method === "GET" ? "" : ` -X ${method}`;
  const data =
    body === undefined
      ? ""
      : ` -H 'content-type: application/json' -d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`;
  return `curl -sS${verb} -H "Authorization: Bearer $BERTH_TOKEN"${data} '${url}'`;
}

/** Wraps a parsed value. */
function jsonOf(value: unknown): Json {
  return {
    value,
    at: (...path) => jsonOf(path.reduce(memberOf, value)),
    text: () => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value)),
    list: () => (Array.isArray(value) ? value.map((entry) => jsonOf(entry)) : []),
  };
}

const memberOf = (value: unknown, key: string | number): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
