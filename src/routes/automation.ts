import { z } from "zod";
import { putAutomation, readAutomation } from "../broker/automation.ts";
import type { Ports } from "../broker/ports.ts";
import { json } from "./answer.ts";
import { sentence } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const call = endpoint<Ports>();

const Switch = z.strictObject({
  enabled: z.boolean().describe("false: Berth moves nothing of the project by itself."),
  reason: sentence.describe("Why, for whoever finds it."),
});

/** The red switch. */
export const automationEndpoints: readonly Endpoint<Ports>[] = [
  call({
    method: "PUT",
    path: "/v1/automation",
    guard: "automation:write",
    runs: "control",
    tag: "workloads",
    summary: "Stop all automatic movement, or let it go on",
    description:
      "Off: no failover, no rebalance, no drain by Berth itself. People and pipelines deploy and move as before, and a rollout that is " +
      "under way ends as it would.",
    body: jsonBody(Switch),
    answers: { 200: { description: "The switch.", schema: "Automation" } },
    handler: async ({ ports, caller, body }) => json(200, await putAutomation(ports, caller, body)),
  }),
  call({
    method: "GET",
    path: "/v1/automation",
    guard: "workloads:read",
    runs: "control",
    tag: "workloads",
    summary: "Read the red switch",
    answers: { 200: { description: "The switch.", schema: "Automation" } },
    handler: async ({ ports, caller }) => json(200, await readAutomation(ports, caller)),
  }),
];
