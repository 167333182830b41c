import { authoriseLine } from "../../broker/agents.ts";
import type { ReadRoutePorts } from "../../routes/route-ports.ts";
import { objectOf, type LineStub, type Objects } from "./bindings.ts";
import { lineRequest } from "./line-call.ts";

const LINE_PATH = /^\/v1\/agents\/([a-z0-9_-]{1,63})\/line$/;

/** The agent whose line a request asks for, or undefined when it asks for something else. */
export function lineAskedFor(request: Request, pathname: string): string | undefined {
  const upgrades = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  return upgrades ? LINE_PATH.exec(pathname)?.[1] : undefined;
}

/** Proves the agent by its signature and hands the socket to its object. Throws a `Fault` when it is not proved. */
export async function openLine(
  ports: Pick<ReadRoutePorts, "store" | "now">,
  lines: Objects<LineStub>,
  request: Request,
  call: { readonly id: string; readonly path: string },
): Promise<Response> {
  const agent = await authoriseLine(ports, { ...call, headers: request.headers });
  return objectOf(lines, agent.id).fetch(lineRequest(agent.id));
}
