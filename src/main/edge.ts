import { handleGateway } from "../gateway/edge/fetch-gateway.ts";
import { createApp } from "../routes/app.ts";
import { edgeEndpoints } from "../routes/edge.ts";
import { problemResponse } from "../routes/problem.ts";
import { requestIdOf } from "../routes/request-id.ts";
import { lineAskedFor, openLine } from "./workers/agent-upgrade.ts";
import type { EdgeEnv } from "./workers/bindings.ts";
import { edgeOf, type EdgePorts } from "./workers/edge-ports.ts";
import { log, randomBytes } from "./workers/isolate.ts";
import { isGatewayHost } from "./workers/settings.ts";
import { askControl } from "./workers/to-control.ts";

export { AgentLine } from "./workers/agent-line.ts";

const app = createApp<EdgePorts>(edgeEndpoints, {
  fallback: (request, { control }) => askControl(control, request),
});

/** The edge Worker: the gateway, reads, the agents' lines, and everything else by the control Worker. */
export default {
  async fetch(request: Request, env: EdgeEnv): Promise<Response> {
    const url = new URL(request.url);
    try {
      const { hosts, ports, gateway } = edgeOf(env);
      if (isGatewayHost(hosts, url.hostname)) return await handleGateway(request, gateway);
      const agent = lineAskedFor(request, url.pathname);
      if (agent !== undefined)
        return await openLine(ports, env.AGENT_LINE, request, { id: agent, path: url.pathname });
      if (url.pathname === DESCRIPTION && env.ASSETS !== undefined) return await env.ASSETS.fetch(request);
      return await app.fetch(request, ports);
    } catch (error) {
      const requestId = requestIdOf(request.headers, randomBytes);
      return problemResponse(error, { requestId, path: url.pathname, log });
    }
  },
};

/** Made at build time, so that the edge needs neither the validator nor the control Worker for it. */
const DESCRIPTION = "/openapi.json";
