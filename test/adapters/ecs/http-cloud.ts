import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Answer } from "../../../src/adapters/ecs/simulator/api.ts";
import type { EcsRequest } from "../../../src/adapters/ecs/simulator/simulate.ts";
import { demandAnswer, demandContract } from "../../contracts/botocore.ts";
import { readCall, writeReply } from "./wire.ts";

/** AWS over HTTP on this machine, for the official SDK: the simulator behind the real protocols. */
export interface HttpCloud {
  readonly url: string;
  /** Every call, with what it was signed for; unsigned ones have no region. */
  readonly calls: readonly {
    readonly operation: string;
    readonly region: string | undefined;
    readonly input: unknown;
  }[];
  /** What broke AWS's contract; a test ends with none. */
  readonly broken: readonly string[];
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function httpCloud(answer: Answer): Promise<HttpCloud> {
  const calls: { operation: string; region: string | undefined; input: unknown }[] = [];
  const broken: string[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      broken.push(String(error));
      response.writeHead(500).end(String(error));
    });
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const read = readCall(
      (name) => {
        const value = request.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
      await bodyOf(request),
    );
    calls.push(read);
    // A call without a signature may go to any region: STS answers the same everywhere.
    const call: EcsRequest = { ...read, region: read.region ?? "eu-west-1" };
    demandContract("request", call, call.input);
    const reply = await answer(call, new AbortController().signal);
    demandAnswer(call, reply);
    if (reply.said === "nothing") return request.socket.destroy();
    const { status, headers, body } = writeReply(call, reply);
    response.writeHead(status, headers).end(body);
    return undefined;
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, calls, broken, close: () => closed(server) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve, reject) =>
    server.close((error) => (error === undefined ? resolve() : reject(error))),
  );
}
