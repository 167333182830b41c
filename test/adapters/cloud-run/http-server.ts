import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { GOOGLE_SERVICES } from "../../../src/adapters/cloud-run/services.ts";
import type { Project } from "./project.ts";

/** A simulated project behind HTTP on this machine, as all of Google's APIs at once. */
export interface GoogleServer {
  readonly origin: string;
  /** A target's `endpoints` that lead here. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** What went wrong here, which the adapter saw as a broken connection: a violation of the contract, for one. */
  readonly problems: readonly unknown[];
  /** The bearer of each request, in order. */
  readonly bearers: readonly string[];
  close(): Promise<void>;
}

/** Serves a project. A request that breaks Google's contract is noted and answered with 501. */
export async function serveGoogle(google: Project): Promise<GoogleServer> {
  const problems: unknown[] = [];
  const bearers: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? "/", "http://google.test");
      bearers.push(request.headers.authorization ?? "");
      const text = await bodyOf(request);
      const reply = google.send({
        method: request.method ?? "GET",
        path: decodeURIComponent(url.pathname),
        query: Object.fromEntries(url.searchParams),
        body: parsed(text, request.headers["content-type"] ?? ""),
      });
      if (reply.retryAfterSeconds !== undefined) response.setHeader("retry-after", reply.retryAfterSeconds);
      response.writeHead(reply.status, { "content-type": "application/json" });
      response.end(reply.body === undefined ? "" : JSON.stringify(reply.body));
    })().catch((error: unknown) => {
      problems.push(error);
      response.writeHead(501).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    endpoints: Object.fromEntries(GOOGLE_SERVICES.map((service) => [service, origin])),
    problems,
    bearers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parsed(text: string, type: string): unknown {
  if (text === "") return undefined;
  return type.startsWith("application/json")
    ? JSON.parse(text)
    : Object.fromEntries(new URLSearchParams(text));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
