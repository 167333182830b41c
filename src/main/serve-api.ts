import { Server } from "node:http";
import { serve } from "@hono/node-server";
import type { LineHub } from "../agent/line/broker-end.ts";
import { authoriseAgent } from "../broker/agents.ts";
import type { Ports } from "../broker/ports.ts";
import { allEndpoints } from "../routes/all.ts";
import { createApp } from "../routes/app.ts";
import { serveLines } from "./lines.ts";

/** How long requests may finish when the process is asked to stop, ms. */
const GRACE_MS = 10_000;

/** The API and the agents' lines on one server. Rejects when the port cannot be had. */
export async function serveApi(
  ports: Ports,
  hub: LineHub,
  at: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const app = createApp(allEndpoints, {
    proveAgent: (of, { id, request, path, body }) =>
      authoriseAgent(of, { id, headers: request.headers, method: request.method, path, body }),
  });
  const listening = Promise.withResolvers<number>();
  const server = serve(
    { fetch: (request) => app.fetch(request, ports), port: at.port, hostname: at.host },
    ({ port }) => listening.resolve(port),
  );
  if (!(server instanceof Server)) throw new Error("the API is not served over HTTP/1");
  server.once("error", listening.reject);
  const closeLines = serveLines(server, hub, ports);
  try {
    const port = await listening.promise;
    return {
      port,
      close: async () => {
        closeLines();
        await closeServer(server);
      },
    };
  } catch (error) {
    closeLines();
    throw error;
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
}
