import { readIssuer } from "../broker/issuer.ts";
import type { Ports } from "../broker/ports.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";

const write = endpoint<Ports>();

/** What Berth's own token issuer is, and what clouds read of it. */
export const issuerEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "GET",
    path: "/v1/issuer",
    guard: "targets:read",
    runs: "control",
    tag: "targets",
    summary: "Read the token issuer",
    description:
      "Its keys, and the two documents that clouds read, exactly as they are served: for a bucket, where clouds cannot reach this broker. Until `holdsUntil` a copy of them is enough.",
    answers: { 200: { description: "The issuer.", schema: "Issuer" } },
    handler: async ({ ports }) => json(200, await readIssuer(ports)),
  }),
];
