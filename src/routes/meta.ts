import { Fault } from "../domain/fault.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import type { ReadRoutePorts } from "./route-ports.ts";

const read = endpoint<ReadRoutePorts>();

/** What anyone may ask: whether it is up, and where its description is. */
export const metaReads: readonly Endpoint<ReadRoutePorts>[] = [
  read({
    method: "GET",
    path: "/healthz",
    guard: "public",
    runs: "edge",
    tag: "meta",
    summary: "Whether the broker answers and reaches its database",
    answers: { 200: { description: "It does.", schema: "Health" } },
    handler: async ({ ports }) => {
      try {
        await ports.store.project("default");
      } catch (error) {
        ports.log("error", `the database does not answer: ${String(error)}`);
        throw new Fault("unavailable", "The database does not answer.", {
          retryAfterSeconds: 5,
          cause: error,
        });
      }
      return json(200, { status: "ok" });
    },
  }),
  read({
    method: "GET",
    path: "/.well-known/api-catalog",
    guard: "public",
    runs: "edge",
    tag: "meta",
    summary: "Where this API is described (RFC 9727)",
    answers: {
      200: { description: "A link set.", schema: "Document", mediaTypes: ["application/linkset+json"] },
    },
    handler: ({ request }) => {
      const at = (path: string) => [{ href: new URL(path, request.url).href }];
      const anchor = new URL("/v1/", request.url).href;
      const links = {
        anchor,
        "service-desc": at("/openapi.json"),
        "service-doc": at("/docs"),
        status: at("/healthz"),
      };
      return json(200, { linkset: [links] }, { "content-type": "application/linkset+json" });
    },
  }),
];
