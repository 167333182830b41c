import type { UpstreamResponse } from "../../domain/upstream.ts";
import { endToEnd } from "../../gateway/headers.ts";
import { answered } from "./line-call.ts";

/** Answers that have no body, whatever their headers say (RFC 9110, 6.4.1). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** A container's answer as a response between Workers. `over` is called once its body has ended, whichever way. */
export function answerOf(answer: UpstreamResponse, method: string, over: () => void): Response {
  const headers = answered(new Headers(endToEnd(answer.headers).map(([name, value]) => [name, value])));
  // The container's bytes are already encoded as its headers say.
  const init: ResponseInit & { readonly encodeBody: "manual" } = {
    status: answer.status,
    headers,
    encodeBody: "manual",
  };
  if (answer.body === undefined || method === "HEAD" || BODILESS.has(answer.status)) {
    over();
    return new Response(null, init);
  }
  const length = headers.get("content-length");
  const pipe = length === null ? new IdentityTransformStream() : new FixedLengthStream(Number(length));
  // Whether it ended well or was cut off, the reader of the other end has been told.
  void Promise.allSettled([answer.body.pipeTo(pipe.writable)]).then(over);
  return new Response(pipe.readable, init);
}
