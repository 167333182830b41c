import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Endpoint } from "../../src/domain/observation.ts";
import type { Send } from "../../src/domain/upstream.ts";
import { createCounts } from "../../src/gateway/counts.ts";
import { NODE_GATEWAY } from "../../src/gateway/features.ts";
import { createDirectSend } from "../../src/gateway/node/send-direct.ts";
import { startGateway } from "../../src/gateway/node/start-gateway.ts";
import type { StartGatewayOptions } from "../../src/gateway/node/start-gateway.ts";
import { sendBy } from "../../src/gateway/send.ts";
import type { Route, Upstream } from "../../src/store/store.ts";
import { ENDPOINT as LINE_ENDPOINT, onStop, startAgent, startBroker } from "../line/wiring.ts";

/** A route of workload web in project shop, served at web.test. */
export function route(upstreams: readonly Upstream[], over: Partial<Route> = {}): Route {
  return {
    project: "p1",
    environment: "production",
    workload: "web",
    projectName: "shop",
    version: 1,
    hosts: ["web.test"],
    access: "public",
    timeoutSeconds: 10,
    maxBodyMiB: 512,
    protocol: "http1",
    sticky: false,
    changedAt: 0,
    upstreams,
    ...over,
  };
}

export function direct(port: number, replica = 0, over: Partial<Endpoint> = {}): Endpoint {
  const url = `http://127.0.0.1:${port}`;
  return { replica, url, transport: "plain", bypassable: false, ready: true, ...over };
}

/** One unit with everything on these endpoints. */
export function upstream(unit: string, endpoints: readonly Endpoint[], weight = 100): Upstream {
  return { unit, weight, endpoints, since: 0 };
}

/** A port of 127.0.0.1 where nothing listens. */
export const DEAD_PORT = 1;

export interface TestGateway {
  readonly port: number;
  readonly counts: ReturnType<typeof createCounts>;
  readonly sentences: string[];
  readonly close: (graceMs: number) => Promise<void>;
}

/** A gateway on a free port that serves this one route, by host and by path. */
export async function gatewayTo(
  served: Route,
  over: Partial<StartGatewayOptions> & { readonly line?: Send } = {},
): Promise<TestGateway> {
  const plain = createDirectSend();
  const counts = createCounts({ now: () => performance.now() });
  const sentences: string[] = [];
  let id = 0;
  const noLine: Send = () => Promise.reject(new Error("no line here"));
  const gateway = await startGateway({
    port: 0,
    host: "127.0.0.1",
    pathRouting: true,
    lookup: {
      byHost: async (host) => (served.hosts.includes(host) ? served : undefined),
      byName: async (project, environment, workload) =>
        project === served.projectName && environment === served.environment && workload === served.workload
          ? served
          : undefined,
    },
    send: sendBy({ direct: plain.send, line: over.line ?? noLine }),
    now: () => performance.now(),
    draw: () => 0,
    newRequestId: () => `made-${++id}`,
    features: NODE_GATEWAY,
    counts,
    log: (sentence) => sentences.push(sentence),
    ...over,
  });
  onStop(async () => {
    await gateway.close(0);
    plain.close();
  });
  return { port: gateway.port, counts, sentences, close: (graceMs) => gateway.close(graceMs) };
}

/** The same container behind a gateway: reached directly, or through an agent's line. */
export async function gatewayOver(path: "direct" | "line", containerPort: number, over: Partial<Route> = {}) {
  if (path === "direct") return gatewayTo(route([upstream("u1", [direct(containerPort)])], over));
  const broker = await startBroker();
  startAgent(broker.url, containerPort);
  await broker.accepted(1);
  return gatewayTo(route([upstream("u1", [LINE_ENDPOINT])], over), { line: broker.hub.send });
}

/** Sends raw bytes and gives everything that came back until the other side closed. */
export async function raw(
  port: number,
  bytes: string,
  onData?: (got: string, socket: Socket) => void,
): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let got = "";
  socket.on("data", (data) => {
    got += data.toString("latin1");
    onData?.(got, socket);
  });
  socket.write(bytes, "latin1");
  await new Promise<void>((resolve) => {
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
  });
  return got;
}

/** A request as text, lines ended as HTTP ends them. */
export const http = (...lines: readonly string[]) => lines.join("\r\n");
