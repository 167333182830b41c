/** What a simulated API answers to one request. `status` 0: the answer is lost. */
export interface AciReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An error answer in ARM's form. */
export function refusal(status: number, code: string, message: string, retryAfterSeconds?: number): AciReply {
  return {
    status,
    headers: retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
    body: { error: { code, message } },
  };
}
