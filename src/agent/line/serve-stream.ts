import type { Endpoint } from "../../domain/observation.ts";
import { ConnectError } from "../../domain/upstream.ts";
import type { Send, Tunnel, UpstreamRequest } from "../../domain/upstream.ts";
import { resetBecause } from "./messages.ts";
import type { Open, OpenHttp, OpenLogs } from "./messages.ts";
import { pump } from "./pump.ts";
import type { LineStream } from "./stream.ts";

/** What an agent can reach for its broker. */
export interface LineService {
  /** Where this port of this replica listens; undefined when the agent runs no such thing. */
  readonly dial: (
    unit: string,
    replica: number,
    port: number,
  ) => Promise<{ readonly host: string; readonly port: number } | undefined>;
  /** NDJSON of `{at, stream, line, container}`; undefined when the agent does not know the unit. */
  readonly logs: (
    unit: string,
    query: { readonly tail: number; readonly follow: boolean },
  ) => Promise<ReadableStream<Uint8Array> | undefined>;
  /** Speaks HTTP to a container at a plain address. */
  readonly send: Send;
}

/** Answers one stream that the broker opened. Never throws: what goes wrong is said in a reset. */
export async function serveStream(stream: LineStream, open: Open, service: LineService): Promise<void> {
  try {
    await (open.kind === "http" ? serveHttp(stream, open, service) : serveLogs(stream, open, service));
  } catch (error) {
    const message = error instanceof Error ? error.message : "the container could not be asked";
    stream.reset(resetBecause(message, error instanceof ConnectError));
  }
}

async function serveHttp(stream: LineStream, open: OpenHttp, { dial, send }: LineService): Promise<void> {
  const { unit, replica, method, target, headers } = open;
  const address = await dial(unit, replica, open.port);
  if (address === undefined)
    throw new ConnectError(`no port ${open.port} of replica ${replica} of ${unit} runs here`);
  const request: UpstreamRequest = { method, target, headers, body: open.body ? stream.readable : undefined };
  const answer = await send(plainEndpoint(replica, address), request, stream.signal);
  const { status, upgraded, body } = answer;
  stream.sendHead({ status, headers: answer.headers, body: body !== undefined });
  if (upgraded !== undefined) return tunnel(stream, upgraded);
  if (body !== undefined) await pump(body, stream);
  stream.finish();
}

async function tunnel(stream: LineStream, { readable, writable }: Tunnel): Promise<void> {
  const [inwards] = await Promise.allSettled([stream.readable.pipeTo(writable), pump(readable, stream)]);
  if (inwards.status === "rejected") stream.reset(resetBecause("the container closed the connection"));
}

async function serveLogs(
  stream: LineStream,
  { unit, tail, follow }: OpenLogs,
  { logs }: LineService,
): Promise<void> {
  const lines = await logs(unit, { tail, follow });
  if (lines === undefined) return stream.reset(resetBecause(`this agent does not know unit ${unit}`));
  stream.sendHead({ status: 200, headers: [], body: true });
  await pump(lines, stream);
  stream.finish();
}

/** IPv6 literals take brackets in a URL (RFC 3986, 3.2.2). */
function plainEndpoint(
  replica: number,
  { host, port }: { readonly host: string; readonly port: number },
): Endpoint {
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { replica, url, transport: "plain", bypassable: false, ready: true };
}
