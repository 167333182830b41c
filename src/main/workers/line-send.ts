import { parseLineUrl } from "../../agent/line/address.ts";
import { ConnectError } from "../../domain/upstream.ts";
import type { EdgeSend } from "../../gateway/edge/fetch-gateway.ts";
import { objectOf, type LineStub, type Objects } from "./bindings.ts";
import { exchangeRequest, outcomeOf } from "./line-call.ts";

/** Sends to containers behind agents: through the object that holds the agent's line. */
export function createLineSend(lines: Objects<LineStub>): EdgeSend {
  return async (endpoint, request) => {
    const address = parseLineUrl(endpoint.url);
    if (address === undefined) throw new ConnectError(`${endpoint.url} is not the address of a line`);
    return outcomeOf(await objectOf(lines, address.agentId).fetch(exchangeRequest(endpoint, request)));
  };
}
