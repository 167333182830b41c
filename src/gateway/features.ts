import type { GatewayFeatures } from "../domain/feature.ts";

const HTTP1_ONLY =
  "the gateway speaks HTTP/1.1 to containers, so neither gRPC nor h2c passes it: set route.protocol to http1";

/** What the gateway carries on Node. */
export const NODE_GATEWAY: GatewayFeatures = {
  grpc: HTTP1_ONLY,
  websocket: true,
  rawIp: true,
  privateAddress: true,
  // Bodies are streamed, so this bounds an exchange and not memory.
  maxBodyMiB: 10_240,
};

/** What the gateway carries on Cloudflare Workers. */
export const WORKERS_GATEWAY: GatewayFeatures = {
  grpc: HTTP1_ONLY,
  websocket: true,
  // Workers' fetch refuses IP addresses: "Direct IP access not allowed" (Cloudflare error 1003).
  rawIp:
    "the gateway on Workers reaches containers by name only: give the container a host name, or use an agent's line",
  privateAddress:
    "the gateway on Workers cannot reach addresses inside your network: let the agent serve them through its line",
  // The request body limit of the Free and Pro plans (developers.cloudflare.com, Workers limits).
  maxBodyMiB: 100,
};
