import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { FetchBounds, Web } from "../../../src/catalog/refresh/fetch-json.ts";
import type { Reading } from "../../../src/catalog/refresh/listing.ts";

/** A provider's interface on this machine: answers by a script, and remembers what it was asked. */
export interface FakeProvider {
  readonly url: string;
  readonly asked: readonly { readonly url: URL; readonly headers: IncomingMessage["headers"] }[];
  readonly close: () => Promise<void>;
}

/** Starts one; `answer` gets the address and how often it was asked before. */
export async function fakeProvider(
  answer: (url: URL, response: ServerResponse, earlier: number) => void,
): Promise<FakeProvider> {
  const asked: { readonly url: URL; readonly headers: IncomingMessage["headers"] }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const earlier = asked.filter((one) => one.url.href === url.href).length;
    asked.push({ url, headers: request.headers });
    answer(url, response, earlier);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake provider has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

export const BOUNDS: FetchBounds = { deadlineMs: 5_000, mostBytes: 100_000, attempts: 3, pauseMs: 1_000 };
export const NOW = Date.parse("2026-11-22T12:00:00Z");

/** A reading of this provider, and the pauses it made; nothing waits. */
export function readingOf(
  url: string,
  changes: Partial<Reading> = {},
): Reading & { readonly pauses: readonly number[] } {
  const pauses: number[] = [];
  const web: Web = {
    fetch,
    sleep: async (ms) => void pauses.push(ms),
    draw: () => 0.5,
  };
  return {
    web,
    addresses: { ecs: url, aci: url, "cloud-run": url },
    regions: ["eu-west-1", "us-east-1"],
    gcpKey: "a-key",
    now: NOW,
    signal: new AbortController().signal,
    bounds: BOUNDS,
    pauses,
    ...changes,
  };
}
