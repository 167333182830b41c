import type { NodeConfig } from "./config.ts";

/** Why the broker could not start, as a sentence that says what to change; the stack only where nobody foresaw it. */
export function startProblem(error: unknown, config: NodeConfig): string {
  if (!(error instanceof Error)) return `berth could not start: ${String(error)}`;
  const code = "code" in error ? error.code : undefined;
  const port = "port" in error ? error.port : undefined;
  if (code === "EADDRINUSE" || code === "EACCES") {
    const name = port === config.gatewayPort ? "GATEWAY_PORT" : "PORT";
    const why = code === "EADDRINUSE" ? "is in use" : "needs more rights than this process has";
    return `berth could not start: port ${String(port)} of ${config.host} ${why}; say another one in ${name}.`;
  }
  if (code === "EADDRNOTAVAIL")
    return `berth could not start: this machine has no address ${config.host}; say one it has in BERTH_HOST.`;
  if (code === "ENOENT" || code === "EROFS" || code === "ENOTDIR")
    return `berth could not start: ${error.message}; say a folder that can be written in BERTH_DATA_DIR.`;
  return `berth could not start: ${error.stack ?? error.message}`;
}
