import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { SandboxServers, ServedUnit } from "./serving.ts";

/** Listeners in one process; a sandbox is for trying, not for load. */
const MAX_LISTENERS = 500;
/** How long a silent client may hold a connection, ms. */
const IDLE_MS = 75_000;
/** How long requests under way may finish after a unit was dropped, ms. */
const DRAIN_MS = 5_000;
/** How long a sibling process may take to say which unit it serves, ms. */
const SIBLING_MS = 1_000;

/** Real HTTP on loopback for every ready unit of a sandbox: one listener a unit, on a port the system chooses. Node only. */
export function loopbackServers(): SandboxServers & { close(): Promise<void> } {
  const listeners = new Map<string, Listener>();
  return {
    path: { transport: "plain", reach: "loopback", bypassable: false },
    async ensure(unit) {
      const there = listeners.get(unit.id);
      if (there !== undefined) {
        there.unit = unit;
        return await there.url;
      }
      if (unit.url !== undefined && (await servedElsewhere(unit.url, unit.id))) return unit.url;
      // Two calls at once: the first to come back here listens, the other waits for it.
      const meanwhile = listeners.get(unit.id);
      if (meanwhile !== undefined) return await meanwhile.url;
      if (listeners.size >= MAX_LISTENERS)
        throw new Error(`this process already serves ${MAX_LISTENERS} sandbox units: remove some`);
      const listener = listen(unit);
      listeners.set(unit.id, listener);
      listener.url.catch(() => listeners.delete(unit.id));
      return await listener.url;
    },
    async drop(unitId) {
      const listener = listeners.get(unitId);
      listeners.delete(unitId);
      // Requests under way finish by themselves: nobody waits here for them.
      if (listener !== undefined) void stop(listener.server, DRAIN_MS);
    },
    async close() {
      const open = [...listeners.values()];
      listeners.clear();
      await Promise.all(open.map(({ server }) => stop(server, 0)));
    },
  };
}

interface Listener {
  unit: ServedUnit;
  readonly server: Server;
  readonly url: Promise<string>;
}

function listen(unit: ServedUnit): Listener {
  let answered = 0;
  const server = createServer((request, response) => {
    answered += 1;
    const replica = answered % Math.max(1, listener.unit.replicas);
    void answer(request, response, listener.unit, replica);
  });
  server.requestTimeout = 0; // an upload may take as long as the gateway lets it
  server.timeout = IDLE_MS;
  const listener: Listener = { unit, server, url: bind(server, unit.url) };
  return listener;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  unit: ServedUnit,
  replica: number,
): Promise<void> {
  const path = request.url ?? "/";
  try {
    if (request.method === "POST" && path.split("?", 1)[0] === "/echo") {
      response.writeHead(200, {
        "content-type": request.headers["content-type"] ?? "application/octet-stream",
      });
      await pipeline(request, response);
      return;
    }
    request.resume();
    const { workload, image, provider, region, id } = unit;
    const body =
      path === "/healthz" ? { ok: true } : { workload, image, provider, region, unit: id, replica, path };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(`${JSON.stringify(body)}\n`);
  } catch {
    // The client went away in the middle; there is nobody left to tell.
    response.destroy();
  }
}

// The wished port first: routes that remember it stay right over a restart. Somebody else's by now? Then any.
async function bind(server: Server, wish: string | undefined): Promise<string> {
  const port = wish === undefined ? 0 : Number(new URL(wish).port);
  try {
    return await listenOn(server, port);
  } catch (error) {
    if (port === 0) throw error;
    return await listenOn(server, 0);
  }
}

function listenOn(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port }, () => {
      server.off("error", reject);
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the listener has no port"));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

// Several brokers on one machine: whoever listens for this very unit already does it for all.
async function servedElsewhere(url: string, unitId: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/`, { signal: AbortSignal.timeout(SIBLING_MS), redirect: "error" });
    const said: unknown = await response.json();
    return typeof said === "object" && said !== null && "unit" in said && said.unit === unitId;
  } catch {
    return false; // nobody there, or not one of ours
  }
}

function stop(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), drainMs).unref();
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
