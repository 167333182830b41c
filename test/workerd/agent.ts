import { lineUrl } from "../../src/agent/line/address.ts";
import { serveStream } from "../../src/agent/line/serve-stream.ts";
import { Streams } from "../../src/agent/line/streams.ts";
import type { SyncReply } from "../../src/domain/agent-protocol.ts";
import type { Observation } from "../../src/domain/observation.ts";
import type { Unit } from "../../src/domain/plan.ts";
import type { Send } from "../../src/domain/upstream.ts";
import type { ObjectSocket } from "../../src/main/workers/bindings.ts";
import { agentKeys, authorization, REPORT } from "../routes/signed.ts";
import { at } from "../routes/world.ts";
import type { edgeWith } from "./installation.ts";

const SYNC_EVERY_MS = 250;
const LOG = `{"at":"2026-11-22T12:00:00Z","stream":"stdout","line":"hello","container":"web"}\n`;

/** An agent of pool `home` that runs every unit it is told of, each being the container `send` plays. */
export async function startAgent(edge: ReturnType<typeof edgeWith>, name: string, container: Send) {
  const keys = await agentKeys();
  const made = await edge.call("/v1/agents", { method: "POST", json: { pool: "home" } });
  const bearer = { authorization: `Bearer ${String(at(made.body, "joinToken"))}` };
  const json = { name, publicKey: keys.publicKey };
  const joined = await edge.call("/v1/agents/join", { method: "POST", json, headers: bearer });
  const id = String(at(joined.body, "agentId"));
  const signed = (path: string, method: string, body = "") =>
    authorization({ id, keys, ts: Date.now(), path, method, body });

  let observations: readonly Observation[] = [];
  const sync = async () => {
    const path = `/v1/agents/${id}/sync`;
    const said = { report: REPORT, observations, complete: true, unrecognised: [] };
    const headers = { authorization: await signed(path, "POST", JSON.stringify(said)) };
    const { status, body, text } = await edge.call(path, { method: "POST", json: said, headers });
    if (status !== 200) throw new Error(`sync answers ${status}: ${text}`);
    observations = (body as SyncReply).units.map((unit) => running(id, unit));
  };
  const rings: number[] = [];
  const line = () =>
    openLine(edge, { id, authorise: signed, container, onRing: () => rings.push(Date.now()) });
  const stop = new AbortController();
  await sync();
  const syncing = keepSyncing(sync, stop.signal);
  return {
    id,
    rings,
    /** Opens a line; the newest carries what is new. */
    line,
    /** What the API answers to a hand-shake that is not signed by this agent. */
    unsignedLine: () => edge.fetch(lineRequest(id, "Berth-Agent id=x")),
    stop: async () => {
      stop.abort();
      await syncing;
    },
  };
}

/** The socket of a 101. */
export function webSocketOf(answer: Response): ObjectSocket {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- workerd's own field, which the web's types do not know
  const webSocket = Reflect.get(answer, "webSocket") as ObjectSocket | null;
  if (webSocket === null) throw new Error(`${answer.status} has no socket`);
  return webSocket;
}

async function openLine(
  edge: ReturnType<typeof edgeWith>,
  agent: {
    readonly id: string;
    readonly authorise: (path: string, method: string) => Promise<string>;
    readonly container: Send;
    readonly onRing: () => void;
  },
) {
  const answer = await edge.fetch(lineRequest(agent.id, await agent.authorise(linePath(agent.id), "GET")));
  if (answer.status !== 101) throw new Error(`no line: ${answer.status} ${await answer.text()}`);
  const webSocket = webSocketOf(answer);
  webSocket.binaryType = "arraybuffer";
  webSocket.accept();
  const closed = Promise.withResolvers<string>();
  const streams: Streams = new Streams({
    role: "acceptor",
    socket: {
      send: (message, sent) => {
        if (webSocket.readyState === WebSocket.OPEN) webSocket.send(new Uint8Array(message));
        sent();
      },
      close: (code, reason) => webSocket.close(code, reason),
    },
    onOpen: (stream, open) =>
      void serveStream(stream, open, {
        dial: async () => ({ host: "127.0.0.1", port: 1 }),
        logs: async () => new Response(LOG).body ?? undefined,
        send: agent.container,
      }),
    onSignal: (type) => {
      if (type === "ring") agent.onRing();
    },
    onClosed: closed.resolve,
  });
  webSocket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) =>
    streams.message(new Uint8Array(data)),
  );
  webSocket.addEventListener("close", ({ reason }) => streams.closed(reason));
  return { streams, closed: closed.promise };
}

const linePath = (id: string) => `/v1/agents/${id}/line`;
const lineRequest = (id: string, authorization: string) =>
  new Request(`https://api.test${linePath(id)}`, { headers: { upgrade: "websocket", authorization } });

function running(agentId: string, unit: Unit): Observation {
  const url = lineUrl({ agentId, unit: unit.id, replica: 0, port: 8080 });
  return {
    unit: unit.id,
    phase: "ready",
    ready: 1,
    replicas: 1,
    endpoints: [{ replica: 0, url, transport: "line", bypassable: false, ready: true }],
    restarts: 0,
    lastLines: [],
    at: Date.now(),
  };
}

async function keepSyncing(sync: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sync();
    await new Promise((resolve) => setTimeout(resolve, SYNC_EVERY_MS));
  }
}
