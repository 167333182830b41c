import type { Ports } from "../broker/ports.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { PAGE_POLICY, referencePage } from "./reference-page.ts";
import type { OpenApi } from "./openapi.ts";

const read = endpoint<Ports>();

/** The API's description, for machines and for people. */
export function referenceEndpoints(document: () => OpenApi): readonly Endpoint<Ports>[] {
  return [
    read({
      method: "GET",
      path: "/openapi.json",
      guard: "public",
      runs: "control",
      tag: "meta",
      summary: "This document",
      answers: { 200: { description: "OpenAPI 3.1.", schema: "Document" } },
      handler: () => json(200, document()),
    }),
    read({
      method: "GET",
      path: "/docs",
      guard: "public",
      runs: "control",
      tag: "meta",
      summary: "The reference, as a page",
      answers: { 200: { description: "HTML.", mediaTypes: ["text/html"] } },
      handler: async () => {
        const headers = {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": PAGE_POLICY,
        };
        return new Response(await referencePage(document()), { headers });
      },
    }),
  ];
}
