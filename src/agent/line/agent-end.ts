import { WebSocket } from "ws";
import { MAX_FRAME_BYTES } from "./frames.ts";
import { serveStream } from "./serve-stream.ts";
import type { LineService } from "./serve-stream.ts";
import { Streams } from "./streams.ts";
import { feed, lineSocket } from "./ws-socket.ts";

export interface ConnectLineOptions extends LineService {
  /** `ws(s)://broker/v1/agents/{id}/line`. */
  readonly url: string;
  /** Asked before each hand-shake, since a signature is good once. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** The broker has news: sync now. Also called whenever a line opens, for a ring may have been missed. */
  readonly onRing: () => void;
  /** Ends the line, and with it `done`. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly log: (sentence: string) => void;
  /** 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly timing?: Partial<LineTiming>;
}

export interface LineTiming {
  /** Between two pings. */
  readonly pingEveryMs: number;
  /** A line that has been silent this long is given up. */
  readonly silentMs: number;
  /** Longest wait before the first and before any later reconnect. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  /** A line that held this long was a good one: the next failure starts from the shortest wait again. */
  readonly steadyMs: number;
}

export interface ConnectedLine {
  /** Whether a line is open now. */
  readonly connected: () => boolean;
  /** Resolves when `signal` is aborted and every line has closed. */
  readonly done: Promise<void>;
}

/** Keeps one line open to the broker for as long as `signal` allows. Nothing listens on the agent's side. */
export function connectLine(options: ConnectLineOptions): ConnectedLine {
  const open = new Set<OpenLine>();
  return {
    connected: () => open.size > 0,
    done: keepOneOpen(options, { ...TIMING, ...options.timing }, open),
  };
}

const TIMING: LineTiming = {
  pingEveryMs: 10_000,
  silentMs: 25_000,
  backoffMs: 500,
  maxBackoffMs: 5_000,
  steadyMs: 10_000,
};
const HANDSHAKE_TIMEOUT_MS = 10_000;

interface OpenLine {
  readonly streams: Streams;
  /** False when the hand-shake failed. */
  readonly opened: Promise<boolean>;
  /** Resolves when the line closed or the broker asked for another one. */
  readonly replaceable: Promise<void>;
  readonly closed: Promise<void>;
}

async function keepOneOpen(
  options: ConnectLineOptions,
  timing: LineTiming,
  open: Set<OpenLine>,
): Promise<void> {
  const { signal, now } = options;
  for (let failures = 0; !signal.aborted;) {
    const startedAt = now();
    const line = await openLine(options, timing, open);
    if (line !== undefined) {
      // A second line opens before the first closes; the older ones only finish their streams.
      for (const older of open) if (older !== line) older.streams.signal({ type: "retire" });
      options.onRing();
      await line.replaceable;
    }
    failures = line !== undefined && now() - startedAt >= timing.steadyMs ? 0 : failures + 1;
    await pause(backoffMs(failures, timing, options.random), signal);
  }
  await Promise.all([...open].map(({ closed }) => closed));
}

/** Full jitter: a thousand agents that lost one broker come back spread out. */
function backoffMs(failures: number, timing: LineTiming, random: () => number): number {
  return random() * Math.min(timing.maxBackoffMs, timing.backoffMs * 2 ** Math.min(failures, MAX_DOUBLINGS));
}

const MAX_DOUBLINGS = 10;

async function openLine(
  options: ConnectLineOptions,
  timing: LineTiming,
  open: Set<OpenLine>,
): Promise<OpenLine | undefined> {
  try {
    const headers = await options.headers();
    if (options.signal.aborted) return undefined;
    const socket = new WebSocket(options.url, {
      headers,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    });
    const line = carry(socket, options, timing, open);
    return (await line.opened) ? line : undefined;
  } catch (error) {
    options.log(`no line to ${options.url}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** Everything is attached before the hand-shake ends, because the broker's first frame may come with its last byte. */
function carry(
  socket: WebSocket,
  options: ConnectLineOptions,
  timing: LineTiming,
  open: Set<OpenLine>,
): OpenLine {
  const opened = Promise.withResolvers<boolean>();
  const replaceable = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const streams: Streams = new Streams({
    role: "acceptor",
    socket: lineSocket(socket),
    onOpen: (stream, what) => void serveStream(stream, what, options),
    onSignal: (type) => {
      if (type === "ring") options.onRing();
      if (type === "retire") replaceable.resolve();
    },
    onClosed: (because) => {
      options.log(`the line to ${options.url} has closed: ${because}`);
      open.delete(line);
      opened.resolve(false);
      replaceable.resolve();
    },
  });
  const line = { streams, opened: opened.promise, replaceable: replaceable.promise, closed: closed.promise };
  feed(
    { message: (bytes) => streams.message(bytes ?? NO_FRAME), closed: (why) => streams.closed(why) },
    socket,
  );
  const stop = () => streams.close(NORMAL_CLOSURE, "the agent stops");
  options.signal.addEventListener("abort", stop, { once: true });
  socket.once("open", () => {
    open.add(line);
    opened.resolve(true);
    keepAlive(socket, options.now, timing);
  });
  socket.once("close", () => {
    options.signal.removeEventListener("abort", stop);
    closed.resolve();
  });
  return line;
}

/** The broker's runtime answers pings without waking anything; silence means that the network took the line. */
function keepAlive(socket: WebSocket, now: () => number, { pingEveryMs, silentMs }: LineTiming): void {
  let heardAt = now();
  const heard = () => {
    heardAt = now();
  };
  for (const sign of ["message", "ping", "pong"]) socket.on(sign, heard);
  const timer = setInterval(() => {
    if (now() - heardAt >= silentMs || socket.readyState !== WebSocket.OPEN) socket.terminate();
    else socket.ping();
  }, pingEveryMs);
  socket.once("close", () => clearInterval(timer));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(go, ms);
    signal.addEventListener("abort", go, { once: true });
    if (signal.aborted) go();
    function go(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", go);
      resolve();
    }
  });
}

const NO_FRAME = new Uint8Array(0);
const NORMAL_CLOSURE = 1000;
