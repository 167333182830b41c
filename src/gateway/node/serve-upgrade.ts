import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Header, Tunnel, UpstreamResponse } from "../../domain/upstream.ts";
import { admit } from "../admit.ts";
import type { Admitted, Arrival } from "../admit.ts";
import type { Exchange, Outcome } from "../counts.ts";
import { responseHeaders } from "../headers.ts";
import { refuse } from "../refusal.ts";
import type { Try } from "../route.ts";
import { tryEach } from "../try-each.ts";
import { refuseSocket, writeHead } from "./answer-refusal.ts";
import { arrivalOf } from "./node-gateway.ts";
import type { NodeGateway } from "./node-gateway.ts";
import { pour } from "./node-streams.ts";
import { carryTunnel } from "./tunnel.ts";
import { startWatchdog } from "./watchdog.ts";

/** Serves a request that asks to switch protocols, and the bytes after the switch. Never throws. */
export async function serveUpgrade(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  gateway: NodeGateway,
): Promise<void> {
  const arrival = arrivalOf(request, gateway);
  const controller = new AbortController();
  const cancel = () => controller.abort(new Error("the client has gone"));
  socket.on("error", cancel).on("close", cancel);
  if (head.length > 0) socket.unshift(head);
  try {
    const admitted = await admit(arrival, gateway);
    if (admitted.refused) return refuseSocket(socket, admitted, arrival.requestId);
    await forward(socket, admitted, arrival, controller, gateway);
  } catch (error) {
    gateway.log(
      `${arrival.requestId}: the upgrade broke off: ${error instanceof Error ? error.message : String(error)}`,
    );
    if (!socket.destroyed) socket.resetAndDestroy();
  } finally {
    controller.abort();
  }
}

async function forward(
  socket: Socket,
  admitted: Admitted,
  arrival: Arrival,
  controller: AbortController,
  gateway: NodeGateway,
): Promise<void> {
  let silent = false;
  const firstByteMs = gateway.limits.firstByteMs ?? admitted.route.timeoutSeconds * 1_000;
  const watchdog = startWatchdog(firstByteMs, () => {
    silent = true;
    controller.abort(new Error("no answer in time"));
  });
  try {
    const result = await tryEach(
      admitted.decision,
      ({ endpoint }) => {
        const headers = admitted.headersFor(endpoint);
        const { method } = arrival;
        return gateway.send(
          endpoint,
          { method, target: admitted.target, headers, body: undefined },
          controller.signal,
        );
      },
      {
        ...gateway,
        mayRetry: () => !controller.signal.aborted,
        failedAs: () => (controller.signal.aborted && !silent ? "aborted" : "failed"),
      },
    );
    watchdog.stop();
    if (result.refused) return refuseSocket(socket, result, arrival.requestId);
    await answer(socket, result, admitted, arrival, gateway);
  } catch (error) {
    if (socket.destroyed || socket.bytesWritten > 0) throw error;
    const refusal = silent
      ? refuse(
          "upstream-timeout",
          "the container did not begin to answer in time: raise route.timeoutSeconds",
        )
      : refuse(
          "bad-gateway",
          `the container's answer broke off: ${error instanceof Error ? error.message : "no reason given"}`,
        );
    refuseSocket(socket, refusal, arrival.requestId);
  } finally {
    watchdog.stop();
  }
  return undefined;
}

async function answer(
  socket: Socket,
  {
    answer: upstream,
    served,
    exchange,
  }: { readonly answer: UpstreamResponse; readonly served: Try; readonly exchange: Exchange },
  admitted: Admitted,
  arrival: Arrival,
  gateway: NodeGateway,
): Promise<void> {
  let outcome: Outcome = upstream.status >= 500 ? "failed" : "answered";
  const startedAt = gateway.now();
  const writtenBefore = socket.bytesWritten;
  try {
    const headers = [...responseHeaders(upstream.headers, arrival.requestId)];
    const cookie = admitted.stickyCookie(served);
    if (cookie !== undefined) headers.push(["Set-Cookie", cookie]);
    if (upstream.upgraded === undefined) await writeOrdinary(socket, upstream, headers);
    else outcome = await switchProtocols(socket, upstream.upgraded, headers, served.unit, admitted, gateway);
  } catch (error) {
    outcome = socket.destroyed ? "aborted" : "failed";
    throw error;
  } finally {
    exchange.end(outcome);
    const egressBytes = socket.bytesWritten - writtenBefore;
    gateway.traffic?.carried(admitted.route, { requestMs: gateway.now() - startedAt, egressBytes });
  }
}

async function switchProtocols(
  socket: Socket,
  tunnel: Tunnel,
  headers: readonly Header[],
  unit: string,
  admitted: Admitted,
  gateway: NodeGateway,
): Promise<Outcome> {
  const upgrade = admitted.upgrade ?? "websocket";
  writeHead(socket, 101, [...headers, ["Connection", "Upgrade"], ["Upgrade", upgrade]]);
  const closer: { close: () => void } = { close: () => {} };
  const unregister = gateway.counts.stream(unit, () => closer.close());
  try {
    const isWebSocket = upgrade.toLowerCase() === "websocket";
    return await carryTunnel(socket, tunnel, { isWebSocket, closer, ...gateway.limits });
  } finally {
    unregister();
  }
}

/** The container did not switch: its answer goes out, and the connection ends with it. */
async function writeOrdinary(
  socket: Socket,
  upstream: UpstreamResponse,
  headers: readonly Header[],
): Promise<void> {
  writeHead(socket, upstream.status, [...headers, ["Connection", "close"]]);
  if (upstream.body !== undefined) await pour(upstream.body, socket);
  socket.end();
}
