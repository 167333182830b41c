import { lookup } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import type { ImagePorts } from "../images/ports.ts";
import { addressProblem, type Reach } from "../images/reach.ts";
import { RegistryTrouble } from "../images/trouble.ts";

/**
 * A fetch for registries that judges the very addresses it connects to, so that no name can lead it into a network that this instance does
 * not ask in, not even one whose answer changes from one look to the next. It follows no redirect.
 */
export function registryFetch(reach: Reach): ImagePorts["fetch"] {
  return (url, { method = "GET", headers, signal }) =>
    new Promise((resolve, reject) => {
      const send = url.protocol === "https:" ? httpsRequest : httpRequest;
      const request = send(url, {
        method,
        headers: Object.fromEntries(new Headers(headers)),
        lookup: guarded(url.host, reach),
        ...(signal instanceof AbortSignal ? { signal } : {}),
      });
      request.once("error", reject);
      request.once("response", (message) => {
        try {
          resolve(responseOf(message, method));
        } catch (error) {
          message.destroy();
          reject(error);
        }
      });
      request.end();
    });
}

/** Looks a name up, and refuses it when any of its addresses is one not to connect to. */
function guarded(host: string, reach: Reach): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return callback(error ?? new Error("no address"), "");
      for (const { address } of addresses) {
        const problem = addressProblem(host, address, reach);
        if (problem !== undefined) return callback(new RegistryTrouble("unreachable", problem), "");
      }
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
}

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

function responseOf(message: IncomingMessage, method: string): Response {
  const { statusCode: status = 500, rawHeaders } = message;
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  if (method === "HEAD" || WITHOUT_BODY.has(status)) {
    message.resume();
    return new Response(null, { status, headers });
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a message without an encoding gives bytes; Node's types do not say so
  const body = Readable.toWeb(message) as ReadableStream<Uint8Array>;
  return new Response(body, { status, headers });
}
