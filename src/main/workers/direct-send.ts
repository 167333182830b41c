import { createFetchSend, type EdgeSend } from "../../gateway/edge/fetch-gateway.ts";
import { answerSandbox, isSandboxName } from "./sandbox-names.ts";

/** Sends to names by the runtime's fetch, and answers for the units of sandboxes. `draw` gives a number in [0, 1). */
export function createNameSend(draw: () => number): EdgeSend {
  const overFetch = createFetchSend((request) => fetch(request));
  return (endpoint, request) =>
    isSandboxName(endpoint) ? answerSandbox(endpoint, request, draw()) : overFetch(endpoint, request);
}
