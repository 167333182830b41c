import { z } from "zod";
import {
  createJoinToken,
  DEFAULT_JOIN_SECONDS,
  joinAgent,
  listAgents,
  MAX_JOIN_SECONDS,
  removeAgent,
} from "../broker/agents.ts";
import type { Ports } from "../broker/ports.ts";
import { syncAgent } from "../broker/sync-agent.ts";
import { bearerOf } from "../identity/authenticate.ts";
import { json, noContent } from "./answer.ts";
import { id } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";
import { SyncRequest } from "./sync-body.ts";

const write = endpoint<Ports>();

const JoinToken = z.strictObject({
  pool: id,
  name: id.optional().describe("The only name an agent may join with."),
  ttlSeconds: z.int().min(1).max(MAX_JOIN_SECONDS).default(DEFAULT_JOIN_SECONDS),
});
const Join = z.strictObject({
  name: id,
  publicKey: z
    .string()
    .max(64)
    .describe("Raw Ed25519 public key, base64url; the private half never leaves the host."),
});

/** Agents: people's calls, and the agents' own. */
export const agentEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/agents",
    guard: "agents:write",
    runs: "control",
    tag: "agents",
    summary: "Make a join token",
    description: "One agent joins the pool with it, once, before it expires.",
    body: jsonBody(JoinToken),
    secretAnswer: true,
    answers: { 201: { description: "The join token, shown once.", schema: "JoinToken" } },
    handler: async ({ ports, caller, body }) => json(201, await createJoinToken(ports, caller, body)),
  }),
  write({
    method: "GET",
    path: "/v1/agents",
    guard: "agents:read",
    runs: "control",
    tag: "agents",
    summary: "List agents",
    query: { pool: { type: "string", description: "Only those of this pool.", maxLength: 63 } },
    answers: { 200: { description: "The agents, each with its last report.", schema: "AgentList" } },
    handler: async ({ ports, caller, query }) =>
      json(200, { agents: await listAgents(ports, caller, query.pool) }),
  }),
  write({
    method: "DELETE",
    path: "/v1/agents/{id}",
    guard: "agents:write",
    runs: "control",
    tag: "agents",
    summary: "Forget an agent",
    description: "Its key is refused from now on, and what ran there counts as gone.",
    query: {
      confirm: { type: "string", description: "The agent's name or id, while units are placed on it." },
    },
    answers: { 204: { description: "Forgotten." } },
    handler: async ({ ports, caller, params, query }) => {
      await removeAgent(ports, caller, params.id, query.confirm);
      return noContent();
    },
  }),
  write({
    method: "POST",
    path: "/v1/agents/join",
    guard: "join",
    runs: "control",
    tag: "agents",
    summary: "Join (the agent's own call)",
    description: "`Authorization: Bearer <join token>`. The token is spent by it.",
    body: jsonBody(Join, { plain: true }),
    answers: { 201: { description: "Joined.", schema: "JoinReply" } },
    handler: async ({ ports, body, request }) =>
      json(201, await joinAgent(ports, bearerOf(request.headers.get("authorization")), body)),
  }),
  write({
    method: "POST",
    path: "/v1/agents/{id}/sync",
    guard: "agent",
    runs: "control",
    tag: "agents",
    summary: "Sync (the agent's own call)",
    description: "Signed with the agent's key. It says what runs on its host and hears what shall.",
    body: jsonBody(SyncRequest, { plain: true }),
    answers: {
      200: { description: "What the agent must hold, and what it must remove.", schema: "SyncReply" },
    },
    handler: async ({ ports, agent, body }) => json(200, await syncAgent(ports, agent, body)),
  }),
];
