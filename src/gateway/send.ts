import type { Send } from "../domain/upstream.ts";

/** One `Send` out of two: through the agent's line where an endpoint says so, directly otherwise. */
export function sendBy(transports: { readonly direct: Send; readonly line: Send }): Send {
  return (endpoint, request, signal) => {
    const send = endpoint.transport === "line" ? transports.line : transports.direct;
    return send(endpoint, request, signal);
  };
}
