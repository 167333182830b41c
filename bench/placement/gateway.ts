import type { GatewayFeatures } from "../../src/domain/feature.ts";

/** A gateway that carries everything. */
export const OPEN_GATEWAY: GatewayFeatures = {
  grpc: true,
  websocket: true,
  rawIp: true,
  privateAddress: true,
  maxBodyMiB: 1024,
};
