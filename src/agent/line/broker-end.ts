import { ConnectError } from "../../domain/upstream.ts";
import type { Send, UpstreamRequest, UpstreamResponse } from "../../domain/upstream.ts";
import { parseLineUrl } from "./address.ts";
import { resetBecause } from "./messages.ts";
import type { Open } from "./messages.ts";
import { pump, tunnelOf } from "./pump.ts";
import { StreamReset } from "./stream.ts";
import type { LineStream } from "./stream.ts";
import { Streams } from "./streams.ts";
import type { LineSocket } from "./streams.ts";

/** A line that has been silent this long is asked whether it lives. */
export const QUIET_MS = 10_000;
/** A line that has not answered for this long is taken as lost. */
export const ANSWER_WITHIN_MS = 5_000;

/** The broker's ends of all agents' lines. Runs on Node and in a Durable Object. */
export interface LineHub {
  /**
   * Takes a line whose hand-shake was verified; it carries this agent's new streams from now on. `lastId` is what its
   * `lastId()` said before the runtime put this process to sleep under an open socket.
   */
  accept(agentId: string, socket: LineSocket, lastId?: number): AcceptedLine;
  /** Tells an agent to sync now; false when it has no line. */
  ring(agentId: string): boolean;
  connected(agentId: string): boolean;
  /** For endpoints `line://...`. Throws `ConnectError` when the agent has no line or could not reach the container. */
  readonly send: Send;
  /** A container's log, NDJSON. Throws `ConnectError` without a line, `StreamReset` when the agent does not know the unit. */
  logs(
    agentId: string,
    unit: string,
    query: { readonly tail: number; readonly follow: boolean },
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>>;
  /** Asks silent lines for a sign and closes those that gave none. Call it at least every `ANSWER_WITHIN_MS`. */
  keepAlive(): void;
  /** Tells every agent to open a line elsewhere; theirs here only finish their streams. */
  retire(): void;
}

/** What the runtime hands on from a line's socket. */
export interface AcceptedLine {
  /** Every binary message, in order. A text message is no frame: pass `undefined`. */
  message(bytes: Uint8Array | undefined): void;
  closed(because: string): void;
  /** The last stream id used here: ids are never used twice on a line, so whoever wakes up again has to know it. */
  lastId(): number;
}

/** Makes an empty hub. `now` is milliseconds of any steady clock. */
export function createLineHub(options: { readonly now: () => number }): LineHub {
  const lines = new Map<string, Line[]>();
  const newest = (agentId: string) => lines.get(agentId)?.findLast(({ streams }) => !streams.leaving);
  const open = (agentId: string, what: Open, signal: AbortSignal) => openOn(newest(agentId), what, signal);
  const all = () => [...lines.values()].flat();

  return {
    accept: (agentId, socket, lastId = 0) => acceptLine(lines, agentId, { socket, lastId }, options.now),
    connected: (agentId) => newest(agentId) !== undefined,
    ring: (agentId) => {
      newest(agentId)?.streams.signal({ type: "ring" });
      return newest(agentId) !== undefined;
    },
    send: async (endpoint, request, signal) => {
      const address = parseLineUrl(endpoint.url);
      if (address === undefined) throw new ConnectError(`${endpoint.url} is not the address of a line`);
      const { agentId, unit, replica, port } = address;
      const { method, target, headers } = request;
      const body = request.body !== undefined;
      const what: Open = { kind: "http", unit, replica, port, method, target, headers, body };
      return exchange(open(agentId, what, signal), request);
    },
    logs: async (agentId, unit, query, signal) => {
      const stream = open(agentId, { kind: "logs", unit, ...query }, signal);
      stream.end();
      await stream.head();
      return stream.readable;
    },
    keepAlive: () => {
      for (const line of all()) askForASign(line, options.now());
    },
    retire: () => {
      for (const line of all()) line.streams.signal({ type: "retire" });
    },
  };
}

interface Line {
  readonly streams: Streams;
  heardAt: number;
  askedAt: number | undefined;
}

function acceptLine(
  lines: Map<string, Line[]>,
  agentId: string,
  end: { readonly socket: LineSocket; readonly lastId: number },
  now: () => number,
): AcceptedLine {
  const older = lines.get(agentId) ?? [];
  const streams: Streams = new Streams({
    role: "opener",
    ...end,
    onSignal: (type) => {
      if (type === "retire") streams.closeWhenIdle(REPLACED);
    },
    onClosed: () => forget(lines, agentId, line),
  });
  const line: Line = { streams, heardAt: now(), askedAt: undefined };
  lines.set(agentId, [...older, line]);
  for (const { streams } of older) streams.closeWhenIdle(REPLACED);
  return {
    message: (bytes) => {
      line.heardAt = now();
      line.askedAt = undefined;
      streams.message(bytes ?? new Uint8Array(0));
    },
    closed: (because) => streams.closed(because),
    lastId: () => streams.lastId,
  };
}

function forget(lines: Map<string, Line[]>, agentId: string, gone: Line): void {
  const left = (lines.get(agentId) ?? []).filter((line) => line !== gone);
  if (left.length === 0) lines.delete(agentId);
  else lines.set(agentId, left);
}

function openOn(line: Line | undefined, what: Open, signal: AbortSignal): LineStream {
  signal.throwIfAborted();
  if (line === undefined) throw new ConnectError("the agent has no line open");
  const stream = line.streams.open(what);
  if (stream === undefined) throw new ConnectError("the agent's line carries all the streams it can");
  const cancel = () => stream.reset(resetBecause("cancelled"));
  signal.addEventListener("abort", cancel, { once: true });
  void stream.closed.then(() => signal.removeEventListener("abort", cancel));
  return stream;
}

async function exchange(stream: LineStream, request: UpstreamRequest): Promise<UpstreamResponse> {
  const upgrades = request.headers.some(([name]) => name.toLowerCase() === "upgrade");
  if (request.body !== undefined) void upload(request.body, stream);
  else if (!upgrades) stream.end();
  try {
    const { status, headers, body } = await stream.head();
    if (status === 101) return { status, headers, body: undefined, upgraded: tunnelOf(stream) };
    if (upgrades) stream.end();
    return { status, headers, body: body ? stream.readable : undefined };
  } catch (error) {
    if (error instanceof StreamReset && error.connect)
      throw new ConnectError(error.message, { cause: error });
    throw error;
  }
}

/** Nothing is taken from the body before the agent has reached the container: until then another upstream may be tried. */
async function upload(body: ReadableStream<Uint8Array>, stream: LineStream): Promise<void> {
  if (await stream.room()) await pump(body, stream);
}

function askForASign(line: Line, now: number): void {
  if (line.askedAt === undefined) {
    if (now - line.heardAt < QUIET_MS) return;
    line.askedAt = now;
    line.streams.signal({ type: "ping" });
  } else if (now - line.askedAt >= ANSWER_WITHIN_MS) line.streams.close(GOING_AWAY, "no answer to a ping");
}

const REPLACED = "a newer line has taken over";
const GOING_AWAY = 1001;
