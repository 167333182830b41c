import { IncomingMessage } from "node:http";
import Docker from "dockerode";

/** Where an engine answers: a unix socket, or TCP, with the client's certificate when it asks for one. */
export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly tls?: EngineTls | undefined };
export interface EngineTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** One call of the Engine API. `deadlineMs` covers the whole call; a stream only until its head has come. */
export interface EngineCall {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: object | undefined;
  readonly archive?: Buffer | NodeJS.ReadableStream | undefined;
  /** `X-Registry-Auth`. */
  readonly registryAuth?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs: number;
}

/** The engine said no, or nothing. `status` is absent when it could not be reached or did not answer in time. */
export class EngineError extends Error {
  readonly status: number | undefined;
  constructor(message: string, status: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
    this.status = status;
  }
}

/** Two ways to ask: for a JSON answer, or for a byte stream. Both throw `EngineError`. */
export interface Dial {
  json(call: EngineCall): Promise<unknown>;
  stream(call: EngineCall): Promise<IncomingMessage>;
}

/** A line to one engine, over dockerode's transport. */
export function dialEngine(address: EngineAddress): Dial {
  // Every field is said, or dockerode would take the missing ones from the environment.
  const where =
    "host" in address
      ? { host: address.host, port: address.port, protocol: protocolOf(address), ...address.tls }
      : { host: undefined, socketPath: address.socketPath, protocol: "http" as const };
  const modem = new Docker({ ...where, version: API_VERSION }).modem as Modem;
  return {
    async json(call) {
      const deadline = AbortSignal.timeout(call.deadlineMs);
      const signal = call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline]);
      return await send(modem, call, signal, false);
    },
    async stream(call) {
      // The deadline ends with the head of the answer: what follows may run for hours.
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(new Error("no answer in time")), call.deadlineMs);
      const signal = call.signal === undefined ? late.signal : AbortSignal.any([call.signal, late.signal]);
      try {
        const answer = await send(modem, call, signal, true);
        if (answer instanceof IncomingMessage) return answer;
        throw new EngineError("the engine's answer is not a stream", undefined);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function send(modem: Modem, call: EngineCall, signal: AbortSignal, isStream: boolean): Promise<unknown> {
  const hasBody = call.body !== undefined;
  const query =
    call.query === undefined ? "" : `?${new URLSearchParams(call.query).toString()}${hasBody ? "" : CUT_OFF}`;
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        path: `${call.path}${query}`,
        method: call.method,
        ...(hasBody ? { options: { _query: {}, _body: call.body } } : {}),
        ...(call.archive === undefined
          ? {}
          : { file: call.archive, headers: { "Content-Type": "application/x-tar" } }),
        ...(call.registryAuth === undefined ? {} : { headers: { "X-Registry-Auth": call.registryAuth } }),
        abortSignal: signal,
        isStream,
        statusCodes: ACCEPTED,
      },
      (error, result) => (error === null ? resolve(result) : reject(engineError(error, call))),
    );
  });
}

function engineError(error: ModemError, call: EngineCall): EngineError {
  const said = textOf(error.json) ?? error.message;
  const status = error.statusCode;
  const what = `${call.method} ${call.path.split("/").slice(0, 3).join("/")}`;
  return new EngineError(status === undefined ? `the engine did not answer ${what}: ${said}` : said, status, {
    cause: error,
  });
}

const textOf = (json: unknown): string | undefined => {
  if (typeof json !== "object" || json === null) return undefined;
  const said = "message" in json ? json.message : "cause" in json ? json.cause : undefined;
  return typeof said === "string" ? said : undefined;
};

const protocolOf = (address: { readonly tls?: EngineTls | undefined }): "http" | "https" =>
  address.tls === undefined ? "http" : "https";

/** dockerode cuts the last character off a path that has a query and no body. */
const CUT_OFF = "&";

/** The oldest API both engines speak (Docker 20.10, Podman 4). */
const API_VERSION = "v1.41";
const ACCEPTED = { 200: true, 201: true, 204: true, 304: true };

/** The part of docker-modem in use; its own types leave the error out. */
interface Modem {
  dial(options: object, callback: (error: ModemError | null, result: unknown) => void): void;
}
interface ModemError extends Error {
  readonly statusCode?: number;
  readonly json?: unknown;
}
