import type { SimulatedRequest } from "./reply.ts";

/** A request to the Cloud Run Admin API: `rest` is the path behind the region. */
export interface RunRequest extends SimulatedRequest {
  readonly region: string;
  readonly rest: string;
}
