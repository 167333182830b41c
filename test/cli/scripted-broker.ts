import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { portOf } from "./free-port.ts";

/** One call as the broker saw it. */
interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is instead of `body`. */
  readonly text?: string;
  /** Break the connection instead of answering. */
  readonly hangUp?: boolean;
}

/** What answers a call: by `METHOD /path`, decided from the call. */
export type Script = Readonly<Record<string, (call: SeenCall) => Reply | Promise<Reply>>>;

export interface ScriptedBroker {
  readonly url: string;
  readonly calls: SeenCall[];
}

/** A real HTTP server with recorded answers; it is closed when the test is over. Anything not in the script is 404. */
export async function scriptedBroker(script: Script): Promise<ScriptedBroker> {
  const calls: SeenCall[] = [];
  const server = createServer((request, response) => {
    void answer(script, calls, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return { url: `http://127.0.0.1:${portOf(server.address())}`, calls };
}

/** A problem as `routes/problem.ts` writes it. */
export function problem(status: number, code: string, detail: string, extra: object = {}): Reply {
  const body = {
    ...extra,
    type: `/docs#problem-${code}`,
    title: code,
    status,
    detail,
    code,
    errors: [],
    ...extra,
  };
  return { status, body, headers: { "content-type": "application/problem+json" } };
}

export const ok = (body: unknown): Reply => ({ status: 200, body });

async function answer(script: Script, calls: SeenCall[], request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? "/", "http://broker");
  const text = await textOf(request);
  const call: SeenCall = {
    method: request.method ?? "",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
  calls.push(call);
  const handler = script[`${call.method} ${call.path}`];
  const reply =
    handler === undefined ? problem(404, "not-found", `There is no ${call.path}.`) : await handler(call);
  if (reply.hangUp === true) {
    request.socket.destroy();
    return;
  }
  response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
  response.end(reply.text ?? (reply.body === undefined ? undefined : JSON.stringify(reply.body)));
}
