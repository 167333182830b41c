export type { Send, UpstreamRequest, UpstreamResponse } from "../domain/upstream.ts";
export { ConnectError } from "../domain/upstream.ts";
