import { DurableObject } from "cloudflare:workers";
import { createLineHub, type AcceptedLine } from "../../agent/line/broker-end.ts";
import type { LineSocket } from "../../agent/line/streams.ts";
import type { KeptLine, ObjectSocket, ObjectState } from "./bindings.ts";
import { answerOf } from "./line-answer.ts";
import { callOf, failed, lineAgentOf, type Exchange, type LogsCall } from "./line-call.ts";
import { bridge, handshake, upgradedTo } from "./websocket-bridge.ts";

/** Between two looks at a line while something is under way on it; below `ANSWER_WITHIN_MS`. */
const TEND_EVERY_MS = 2_000;

/**
 * Holds one agent's line: the socket is the runtime's, so the object may sleep under it and is built anew with the next
 * frame, ring or exchange. Whoever calls it is a Worker of this installation, which has proved the agent before.
 */
export class AgentLine extends DurableObject<unknown> {
  readonly #hub = createLineHub({ now: Date.now });
  readonly #lines = new Map<ObjectSocket, { readonly line: AcceptedLine; readonly kept: KeptLine }>();
  #underWay = 0;
  #tending: ReturnType<typeof setInterval> | undefined;

  constructor(ctx: ObjectState, env: unknown) {
    super(ctx, env);
    // In the order in which they were opened, for the newest carries what is new.
    const asleep = ctx.getWebSockets().map((socket) => ({ socket, kept: socket.deserializeAttachment() }));
    for (const { socket, kept } of asleep.sort((a, b) => a.kept.openedAt - b.kept.openedAt))
      this.#take(socket, kept);
  }

  async fetch(request: Request): Promise<Response> {
    const call = callOf(request);
    if (call === undefined) return this.#open(lineAgentOf(request));
    try {
      return "logs" in call
        ? await this.#logs(call.logs, request)
        : await this.#exchange(call.exchange, request);
    } catch (error) {
      return failed(error);
    } finally {
      this.#keep();
    }
  }

  ring(agentId: string): boolean {
    return this.#hub.ring(agentId);
  }

  webSocketMessage(socket: ObjectSocket, message: ArrayBuffer | string): void {
    this.#lines.get(socket)?.line.message(typeof message === "string" ? undefined : new Uint8Array(message));
  }

  webSocketClose(socket: ObjectSocket, code: number, reason: string): void {
    this.#ended(socket, reason === "" ? `closed with ${code}` : reason);
  }

  webSocketError(socket: ObjectSocket, error: unknown): void {
    this.#ended(socket, error instanceof Error ? error.message : String(error));
  }

  #open(agentId: string): Response {
    const { 0: outer, 1: inner } = new WebSocketPair();
    this.ctx.acceptWebSocket(inner);
    this.#take(inner, { agentId, openedAt: Date.now(), lastId: 0 });
    this.#keep();
    return new Response(null, upgradedTo(outer));
  }

  #take(socket: ObjectSocket, kept: KeptLine): void {
    const line = this.#hub.accept(kept.agentId, lineSocket(socket), kept.lastId);
    this.#lines.set(socket, { line, kept });
  }

  #ended(socket: ObjectSocket, because: string): void {
    this.#lines.get(socket)?.line.closed(because);
    this.#lines.delete(socket);
  }

  async #exchange({ endpoint, method, target, headers }: Exchange, request: Request): Promise<Response> {
    const shake = request.headers.has("upgrade") ? handshake(headers, randomBytes(KEY_BYTES)) : undefined;
    const sent = { method, target, headers: shake?.headers ?? headers, body: request.body ?? undefined };
    const over = this.#begin();
    try {
      const answer = await this.#hub.send(endpoint, sent, request.signal);
      if (shake === undefined || answer.upgraded === undefined) return answerOf(answer, method, over);
      return await bridge(answer, answer.upgraded, { key: shake.key, randomBytes, over });
    } catch (error) {
      over();
      throw error;
    }
  }

  async #logs({ agentId, unit, ...query }: LogsCall, request: Request): Promise<Response> {
    const over = this.#begin();
    try {
      const body = await this.#hub.logs(agentId, unit, query, request.signal);
      return answerOf({ status: 200, headers: [], body }, "GET", over);
    } catch (error) {
      over();
      throw error;
    }
  }

  /** Something is under way: until it is over, silent lines are asked for a sign. An object with a timer cannot sleep. */
  #begin(): () => void {
    this.#underWay += 1;
    this.#tending ??= setInterval(() => this.#hub.keepAlive(), TEND_EVERY_MS);
    let open = true;
    return () => {
      if (open) this.#underWay -= 1;
      open = false;
      if (this.#underWay > 0) return;
      clearInterval(this.#tending);
      this.#tending = undefined;
    };
  }

  /** Stream ids are used once on a line, so the last one is kept with its socket. */
  #keep(): void {
    for (const [socket, { line, kept }] of this.#lines)
      if (socket.readyState === OPEN) socket.serializeAttachment({ ...kept, lastId: line.lastId() });
  }
}

const OPEN = 1;
/** Of a Sec-WebSocket-Key (RFC 6455, 4.1). */
const KEY_BYTES = 16;

function lineSocket(socket: ObjectSocket): LineSocket {
  return {
    send: (message, sent) => {
      // A socket that has just closed takes nothing more; its close is on the way to us.
      if (socket.readyState === OPEN) socket.send(new Uint8Array(message));
      sent();
    },
    close: (code, reason) => {
      if (socket.readyState === OPEN) socket.close(code, reason);
    },
  };
}

const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
