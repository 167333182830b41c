import { explainPlan } from "../broker/explain-plan.ts";
import type { Ports } from "../broker/ports.ts";
import { receiptView } from "../broker/receipt-view.ts";
import { readReceipt, replayPlan } from "../broker/replay.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";

const read = endpoint<Ports>();

/** Why a plan is what it is: for people, what it was decided from, and deciding it again. */
export const receiptEndpoints: readonly Endpoint<Ports>[] = [
  read({
    method: "GET",
    path: "/v1/plans/{id}/explanation",
    guard: "plans:read",
    runs: "control",
    tag: "plans",
    summary: "Read why a plan is what it is, as text",
    description:
      "The ranking with its scores, how the spec is honoured, the policy with its layers, what holds or passed it, every refusal by " +
      "reason, and the bill of the chosen place: what `berth explain` prints.",
    query: {
      format: { type: "string", description: "Markdown unless said.", enum: ["markdown", "text"] },
      all: { type: "boolean", description: "Every ranked place that was kept instead of the first few." },
    },
    answers: { 200: { description: "The text.", mediaTypes: ["text/markdown", "text/plain"] } },
    handler: async ({ ports, caller, params, query: { format = "markdown", all } }) => {
      const type = format === "markdown" ? "text/markdown" : "text/plain";
      const text = await explainPlan(ports, caller, params.id, { format, all });
      return new Response(text, { headers: { "content-type": `${type}; charset=utf-8` } });
    },
  }),
  read({
    method: "GET",
    path: "/v1/plans/{id}/receipt",
    guard: "plans:read",
    runs: "control",
    tag: "plans",
    summary: "Read what a plan was decided from",
    description:
      "The needs, the policy with its layers, the price book, overrides, and what was decided. `texts=true` adds the texts whose " +
      "SHA-256 the receipt names, every offer with its price lines and every refusal among them: enough to replay it elsewhere. " +
      "410 once it is no longer kept.",
    query: { texts: { type: "boolean", description: "Add the texts that are hashed." } },
    answers: { 200: { description: "The receipt.", schema: "Receipt" } },
    handler: async ({ ports, caller, params, query }) =>
      json(200, receiptView(await readReceipt(ports, caller, params.id), query.texts)),
  }),
  read({
    method: "POST",
    path: "/v1/plans/{id}/replay",
    guard: "plans:read",
    runs: "control",
    tag: "plans",
    summary: "Decide a plan again from its receipt",
    description:
      "Recomputes the placement from the receipt alone and compares it byte for byte: `identical`, or the first difference. " +
      "Changes nothing. 410 once the receipt, or a part of it, is no longer kept.",
    answers: { 200: { description: "Whether it is the same.", schema: "Replay" } },
    handler: async ({ ports, caller, params }) => json(200, await replayPlan(ports, caller, params.id)),
  }),
];
