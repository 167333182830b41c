import { z } from "zod";
import { approveException, endException, listExceptions, requestException } from "../broker/exceptions.ts";
import type { Ports } from "../broker/ports.ts";
import { workloadNameProblem } from "../domain/name.ts";
import { json, noContent } from "./answer.ts";
import { id, instant, sentence } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const call = endpoint<Ports>();

/** Most names in one list of a selector. */
const MAX_NAMES = 500;
const names = (name: z.ZodType<string>) => z.array(name).min(1).max(MAX_NAMES).optional();
const workload = z.string().superRefine((text, context) => {
  const message = workloadNameProblem(text);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const Request = z.strictObject({
  rule: id.describe("Name of the rule or freeze that is not to count."),
  select: z
    .strictObject({ environments: names(id), workloads: names(workload) })
    .describe("For which environments and workloads, by name; `{}` is the whole project."),
  reason: sentence.describe("Why, for whoever finds it."),
  until: instant.describe("When it lapses by itself."),
});

/** Exceptions from rules and freezes: each with a reason, an end, and whoever agreed. */
export const exceptionEndpoints: readonly Endpoint<Ports>[] = [
  call({
    method: "POST",
    path: "/v1/exceptions",
    guard: "exceptions:write",
    runs: "control",
    tag: "policies",
    summary: "Ask for an exception",
    description:
      "It counts at once, unless the rule asks for approvals (`effect: approve`, or `approvals` on a rule that denies): then once so many " +
      "others have approved it. A rule of an instance policy needs an administrator of the instance among them.",
    body: jsonBody(Request),
    answers: { 201: { description: "The exception.", schema: "Exception" } },
    handler: async ({ ports, caller, body }) => json(201, await requestException(ports, caller, body)),
  }),
  call({
    method: "GET",
    path: "/v1/exceptions",
    guard: "exceptions:read",
    runs: "control",
    tag: "policies",
    summary: "List exceptions",
    query: { all: { type: "boolean", description: "Those that have ended, too." } },
    answers: { 200: { description: "The latest end first.", schema: "ExceptionList" } },
    handler: async ({ ports, caller, query }) =>
      json(200, { exceptions: await listExceptions(ports, caller, query.all) }),
  }),
  call({
    method: "POST",
    path: "/v1/exceptions/{id}/approve",
    guard: "plans:approve",
    runs: "control",
    tag: "policies",
    summary: "Approve an exception",
    description: "By somebody other than who asked for it.",
    answers: { 200: { description: "The exception, with everybody who agreed.", schema: "Exception" } },
    handler: async ({ ports, caller, params }) => json(200, await approveException(ports, caller, params.id)),
  }),
  call({
    method: "DELETE",
    path: "/v1/exceptions/{id}",
    guard: "exceptions:write",
    runs: "control",
    tag: "policies",
    summary: "End an exception",
    description: "The rule counts again at once.",
    answers: { 204: { description: "It has ended." } },
    handler: async ({ ports, caller, params }) => {
      await endException(ports, caller, params.id);
      return noContent();
    },
  }),
];
