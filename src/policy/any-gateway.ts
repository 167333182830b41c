import type { GatewayFeatures } from "../domain/feature.ts";

/** A gateway that carries everything: where none is known, or none is the question, it rules nothing out. */
export const ANY_GATEWAY: GatewayFeatures = {
  grpc: true,
  websocket: true,
  rawIp: true,
  privateAddress: true,
  maxBodyMiB: Infinity,
};
