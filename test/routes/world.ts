import { adapterFactories, createRegistry } from "../../src/adapters/registry.ts";
import { namesOnly } from "../../src/adapters/sandbox/serving.ts";
import { memoryState } from "../../src/adapters/sandbox/state.ts";
import { authoriseAgent } from "../../src/broker/agents.ts";
import { agentTry } from "../../src/broker/agent-try.ts";
import { unitsOnHost } from "../../src/broker/host-units.ts";
import { keptBooks } from "../../src/broker/kept-books.ts";
import type { Log, Ports, ReadLive } from "../../src/broker/ports.ts";
import { ensureDefaultProject } from "../../src/broker/projects.ts";
import { ensureAdminToken } from "../../src/broker/tokens.ts";
import { NODE_GATEWAY } from "../../src/gateway/features.ts";
import { allEndpoints } from "../../src/routes/all.ts";
import { createApp } from "../../src/routes/app.ts";
import type { OpenStore } from "../store/contract.ts";
import { assertAsDocumented } from "./as-documented.ts";
import { testCloudPorts } from "../adapters/cloud-ports.ts";
import { noImages } from "../broker/no-images.ts";
import { createIssuer } from "../../src/identity/issuer/issuer.ts";
import { testSealer } from "../identity/test-sealer.ts";
import { judgeSimulated } from "../contracts/judge-simulated.ts";

export const ADMIN = "an-administrator-of-the-tests";
const START = Date.parse("2026-11-22T12:00:00Z");

export interface Send {
  readonly method?: string;
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Where the world's token issuer says it is. */
export const ISSUER = "https://berth.example";

/** The value at a path of an answer. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** One broker over an empty store: real routes, real use cases, simulated clouds, and a clock that moves when somebody sleeps. */
export interface World extends OpenStore {
  readonly ports: Ports;
  readonly logged: readonly string[];
  /** What the clouds say of their prices; a test may say it for them. */
  readonly providers: { live: ReadLive };
  /** The raw answer. */
  readonly fetch: (path: string, send?: Send) => Promise<Response>;
  /** The answer, read and held against the OpenAPI document. */
  readonly call: (path: string, send?: Send) => Promise<Reply>;
  readonly advance: (ms: number) => void;
}

/** Opens a world over a store; an administrator and project `default` exist. */
export async function openWorld(open: () => Promise<OpenStore>): Promise<World> {
  const opened = await open();
  const { store } = opened;
  const clock = { now: START };
  const logged: string[] = [];
  const log: Log = (level, message) => void logged.push(`${level}: ${message}`);
  const now = () => clock.now;
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const providers: { live: ReadLive } = { live: async () => ({ ok: false, why: "nobody answers" }) };
  const live: ReadLive = (...asked) => providers.live(...asked);
  const books = keptBooks({ store, now, log, live });
  const registry = createRegistry(
    adapterFactories({
      sandboxState: memoryState(),
      sandboxServers: namesOnly(),
      sandboxJudge: judgeSimulated,
      book: books.current,
      now,
      agentDirectory: {
        agents: (project, pool) => store.agents(project, pool),
        unitsOn: async (id) => {
          const agent = await store.agent(id);
          return agent === undefined ? [] : unitsOnHost(store, agent);
        },
        tryOn: (id: string, name: string) => agentTry(store, id, name),
        ring: () => {},
        connected: () => false,
        logs: async () => new ReadableStream(),
      },
      cloud: testCloudPorts({ now }),
    }),
  );
  const ports: Ports = {
    store,
    open: (target) => registry.open(target),
    books,
    sealer: testSealer(),
    issuer: createIssuer(ISSUER, { store, sealer: testSealer(), now, random }),
    images: noImages,
    gateway: { features: NODE_GATEWAY, pathBase: "http://gateway.test" },
    now,
    random,
    sleep: async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      clock.now += ms;
    },
    nudge: () => {},
    ring: () => {},
    log,
  };
  await ensureDefaultProject(ports);
  await ensureAdminToken(ports, ADMIN);
  const app = createApp(allEndpoints, {
    proveAgent: (of, { id, request, path, body }) =>
      authoriseAgent(of, { id, headers: request.headers, method: request.method, path, body }),
  });
  const fetch: World["fetch"] = (path, send = {}) => app.fetch(requestOf(path, send), ports);
  return {
    ...opened,
    ports,
    logged,
    providers,
    fetch,
    call: async (path, send = {}) => read(path, send, await fetch(path, send)),
    advance: (ms) => {
      clock.now += ms;
    },
  };
}

function requestOf(path: string, send: Send): Request {
  const { method = "GET", token = ADMIN, json, body, headers = {}, signal } = send;
  const content = json === undefined ? body : JSON.stringify(json);
  return new Request(`http://berth.test${path}`, {
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function read(path: string, send: Send, response: Response): Promise<Reply> {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") && !type.includes("ndjson") && text !== "" ? JSON.parse(text) : { text };
  const { status, headers } = response;
  assertAsDocumented(send.method ?? "GET", path, status, type, body);
  return { status, headers, body };
}
