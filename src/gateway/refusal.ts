/** Why the gateway itself answers, and how (RFC 9457). */
export interface Refusal {
  readonly refused: true;
  readonly status: number;
  readonly code: RefusalCode;
  /** A sentence that says what to change. */
  readonly detail: string;
  readonly retryAfterSeconds?: number | undefined;
}

export const REFUSAL_STATUS = {
  "bad-request": 400,
  "key-required": 401,
  "no-such-route": 404,
  "method-not-allowed": 405,
  "request-timeout": 408,
  "body-too-large": 413,
  "expectation-failed": 417,
  "headers-too-large": 431,
  "bad-gateway": 502,
  "not-carried": 502,
  "no-ready-upstream": 503,
  "routes-unavailable": 503,
  "too-busy": 503,
  "upstream-timeout": 504,
  "loop-detected": 508,
} as const;
export type RefusalCode = keyof typeof REFUSAL_STATUS;

/** A refusal of this kind, with its status. */
export function refuse(code: RefusalCode, detail: string, retryAfterSeconds?: number): Refusal {
  return { refused: true, status: REFUSAL_STATUS[code], code, detail, retryAfterSeconds };
}

/** The answer a refusal becomes: header pairs and a problem document. */
export function problemOf(
  refusal: Refusal,
  requestId: string,
): { readonly headers: readonly (readonly [string, string])[]; readonly body: string } {
  const { status, code, detail, retryAfterSeconds } = refusal;
  const title = code.charAt(0).toUpperCase() + code.slice(1).replaceAll("-", " ");
  const body = JSON.stringify({ type: "about:blank", title, status, detail, code, requestId });
  const headers: (readonly [string, string])[] = [
    ["Content-Type", "application/problem+json"],
    ["Content-Length", String(new TextEncoder().encode(body).length)],
    ["Cache-Control", "no-store"],
    ["X-Request-Id", requestId],
  ];
  if (retryAfterSeconds !== undefined) headers.push(["Retry-After", String(retryAfterSeconds)]);
  // A 401 must name a scheme (RFC 9110, 15.5.2).
  if (status === 401) headers.push(["WWW-Authenticate", "Berth-Route-Key"]);
  return { headers, body };
}
