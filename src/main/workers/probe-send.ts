import { ConnectError, type Send } from "../../domain/upstream.ts";
import type { EdgeSend } from "../../gateway/edge/fetch-gateway.ts";

/** A `Send` over the very sends that the edge's gateway uses, for health checks: whatever has a URL or a line. */
export function sendOver(transports: { readonly direct: EdgeSend; readonly line: EdgeSend }): Send {
  return async (endpoint, { method, target, headers, body }, signal) => {
    const isLine = endpoint.transport === "line";
    const origin = isLine ? "http://line" : new URL(endpoint.url).origin;
    // The runtime writes these itself for a name; a container behind a line gets them as they are.
    const kept = headers.filter(([name]) => isLine || !["host", "connection"].includes(name));
    const init: RequestInit = {
      method,
      headers: kept.map(([name, value]): [string, string] => [name, value]),
      redirect: "manual",
      signal,
    };
    if (body !== undefined) throw new ConnectError("a health check has no body");
    const answer = await (isLine ? transports.line : transports.direct)(
      endpoint,
      new Request(origin + target, init),
    );
    return { status: answer.status, headers: [...answer.headers], body: answer.body ?? undefined };
  };
}
