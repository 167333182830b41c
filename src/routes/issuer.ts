import { readIssuer, replaceIssuerKeys } from "../broker/issuer.ts";
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
  write({
    method: "POST",
    path: "/v1/issuer/replace-keys",
    guard: "instance:admin",
    runs: "control",
    tag: "targets",
    summary: "Replace the token issuer's keys at once",
    description:
      "For a key that is lost or known to others; rotation goes by itself. Clouds refuse tokens until they read the new set: within the hour that caches may keep the old one, or when an exported copy is renewed.",
    answers: { 200: { description: "The issuer with its new keys.", schema: "Issuer" } },
    handler: async ({ ports, caller }) => json(200, await replaceIssuerKeys(ports, caller)),
  }),
];
