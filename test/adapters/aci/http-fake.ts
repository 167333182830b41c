import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { Subscription } from "./subscription.ts";

export interface HttpFake {
  readonly url: string;
  /** Authorization headers that came. */
  readonly tokens: Set<string>;
  close(): Promise<void>;
}

/** A subscription behind HTTP on this machine, for the SDK. A lost answer is a connection that breaks. */
export async function httpFake(cloud: Subscription): Promise<HttpFake> {
  const tokens = new Set<string>();
  const server = createServer((request, response) => {
    tokens.add(request.headers.authorization ?? "");
    answer(cloud, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake has no port");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    tokens,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(
  cloud: Subscription,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString("utf8");
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const reply = cloud.send({
    method: request.method ?? "GET",
    path: pathname,
    query: Object.fromEntries(searchParams),
    ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
  });
  if (reply.status === 0) {
    response.destroy();
    return;
  }
  response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
  response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
}
