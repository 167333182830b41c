import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ImagePorts } from "../../src/images/ports.ts";

/** A host of the internet as a registry or a token service would answer for it. */
export type Host = (request: Asked) => Answer;

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
}
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The internet as far as a test needs it: every host is answered by one real HTTP server on this machine. */
export interface Internet {
  readonly fetch: ImagePorts["fetch"];
  /** `GET https://host/path` of every request, in order. */
  readonly log: readonly string[];
  /** Hosts that somebody tried to reach, whether they are there or not. */
  readonly tried: ReadonlySet<string>;
  /** Every request, with its headers. */
  readonly asked: readonly Asked[];
  readonly close: () => Promise<void>;
}

const REAL = "x-real-url";

/** Starts it. A host that is not among `hosts` refuses connections. */
export async function startInternet(hosts: Readonly<Record<string, Host>>): Promise<Internet> {
  const log: string[] = [];
  const asked: Asked[] = [];
  const tried = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(String(request.headers[REAL]));
    const question = { method: request.method ?? "GET", url, headers: headersOf(request) };
    log.push(`${question.method} ${url.origin}${url.pathname}`);
    asked.push(question);
    write(response, hosts[url.host]?.(question) ?? { status: 500 });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    log,
    tried,
    asked,
    fetch: async (url, init) => {
      tried.add(url.host);
      if (hosts[url.host] === undefined) throw new TypeError("fetch failed", { cause: refused() });
      const headers = new Headers(init.headers);
      headers.set(REAL, url.href);
      return await fetch(`http://127.0.0.1:${port}/`, { ...init, headers });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refused = (): Error => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

function headersOf({ headers }: IncomingMessage): Asked["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function write(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}

/** A document, and the digest of its bytes. */
export interface Blob {
  readonly digest: string;
  readonly text: string;
  readonly type: string;
}

/** JSON as a registry keeps it. */
export function blob(document: unknown, type: string): Blob {
  const text = JSON.stringify(document);
  return { digest: `sha256:${createHash("sha256").update(text).digest("hex")}`, text, type };
}
