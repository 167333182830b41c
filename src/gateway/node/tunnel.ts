import type { Socket } from "node:net";
import type { Tunnel } from "../../domain/upstream.ts";
import type { Outcome } from "../counts.ts";
import { WebSocketGate } from "../websocket-gate.ts";
import { drained, webFrom } from "./node-streams.ts";
import { startWatchdog } from "./watchdog.ts";

/** How long the second direction may go on after the first has ended. */
const HALF_CLOSED_MS = 10_000;

export interface TunnelOptions {
  readonly isWebSocket: boolean;
  /** Gets the function that closes this tunnel cleanly. */
  readonly closer: { close: () => void };
  readonly idleMs: number;
  readonly cleanCloseMs: number;
}

/** Carries bytes between a client's socket and an upgraded upstream until both directions have ended. */
export async function carryTunnel(socket: Socket, tunnel: Tunnel, options: TunnelOptions): Promise<Outcome> {
  const state = { closed: false };
  const server = tunnel.writable.getWriter();
  const fromServer = tunnel.readable.getReader();
  const fromClient = webFrom(socket, { keepOpen: true }).getReader();
  const stop = () => {
    // Whether the far side minds being let go changes nothing for this one.
    void Promise.allSettled([fromServer.cancel(), fromClient.cancel(), server.abort("the tunnel has ended")]);
    socket.destroy();
  };
  const watchdog = startWatchdog(options.idleMs, stop);
  socket.once("close", stop);
  const toClient: Direction = {
    gate: options.isWebSocket ? new WebSocketGate("client") : undefined,
    hasEnded: false,
    write: async (bytes) => {
      watchdog.touch();
      if (!socket.write(bytes)) await drained(socket);
    },
    end: async () => void socket.end(),
  };
  const toServer: Direction = {
    gate: options.isWebSocket ? new WebSocketGate("server") : undefined,
    hasEnded: false,
    write: (bytes) => {
      watchdog.touch();
      return server.write(bytes);
    },
    end: () => server.close(),
  };
  options.closer.close = () => {
    state.closed = true;
    watchdog.expectWithin(options.cleanCloseMs);
    void Promise.allSettled([closeCleanly(toClient), closeCleanly(toServer)]);
  };

  const both = [move(fromServer, toClient), move(fromClient, toServer)];
  void Promise.allSettled([Promise.race(both)]).then(() => watchdog.expectWithin(HALF_CLOSED_MS));
  const [downwards] = await Promise.allSettled(both);
  watchdog.stop();
  socket.off("close", stop);
  if (downwards?.status === "rejected") {
    if (!socket.destroyed) socket.resetAndDestroy();
    return state.closed ? "closed" : "failed";
  }
  socket.destroySoon();
  return state.closed ? "closed" : "answered";
}

interface Direction {
  readonly gate: WebSocketGate | undefined;
  hasEnded: boolean;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Passes one direction on until its source ends. Once its close has been sent, the rest is read and dropped. */
async function move(from: ReadableStreamDefaultReader<Uint8Array>, to: Direction): Promise<void> {
  for (;;) {
    const { done, value } = await from.read();
    if (value !== undefined && !to.hasEnded) {
      const bytes = to.gate === undefined ? value : to.gate.pass(value);
      if (bytes.length > 0) await to.write(bytes);
    }
    if (done || to.gate?.closed === true) await endOnce(to);
    if (done) return;
  }
}

/** Between two frames the close goes out now; within one it follows its end, in `move`. Other protocols just end. */
async function closeCleanly(to: Direction): Promise<void> {
  const last = to.gate?.requestClose();
  if (last !== undefined && last.length > 0) await to.write(last);
  if (to.gate === undefined || to.gate.closed) await endOnce(to);
}

async function endOnce(to: Direction): Promise<void> {
  if (to.hasEnded) return;
  to.hasEnded = true;
  await to.end();
}
