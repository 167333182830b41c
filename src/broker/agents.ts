import type { JoinReply, JoinRequest } from "../domain/agent-protocol.ts";
import { SILENT_AFTER_MS } from "../domain/agent-timing.ts";
import { Fault } from "../domain/fault.ts";
import { newId } from "../domain/id.ts";
import { idProblem } from "../domain/name.ts";
import { agentCredentials, isPublicKey, verifyAgentCall } from "../identity/agent-signature.ts";
import { replayGuard } from "../identity/replay-guard.ts";
import { hashToken, isWellFormed, makeToken } from "../identity/token.ts";
import type { Agent } from "../store/instance.ts";
import { unitsOnHost } from "./host-units.ts";
import { iso } from "./instants.ts";
import type { Caller, Ports } from "./ports.ts";

/** How long a join token lives unless said otherwise, and at most (anchor: Nomad's introduction tokens). */
export const DEFAULT_JOIN_SECONDS = 300;
export const MAX_JOIN_SECONDS = 1_800;
/** A project has at most this many agents. */
export const MAX_AGENTS = 5_000;

export interface JoinTokenRequest {
  readonly pool: string;
  /** When given, the token makes an agent of this name and of no other. */
  readonly name?: string | undefined;
  readonly ttlSeconds?: number | undefined;
}

/** Make a single-use token that lets one agent join a pool. The secret is in this answer and nowhere else. */
export async function createJoinToken(
  ports: Pick<Ports, "store" | "now" | "random">,
  caller: Caller,
  request: JoinTokenRequest,
) {
  assertId(request.pool, "/pool");
  if (request.name !== undefined) assertId(request.name, "/name");
  if ((await ports.store.agents(caller.project.id)).length >= MAX_AGENTS)
    throw new Fault("conflict", `A project has at most ${MAX_AGENTS} agents; remove some first.`);
  const joinToken = makeToken("join", ports.random);
  const createdAt = ports.now();
  const expiresAt = createdAt + (request.ttlSeconds ?? DEFAULT_JOIN_SECONDS) * 1_000;
  await ports.store.insertJoinToken({
    hash: hashToken(joinToken),
    project: caller.project.id,
    pool: request.pool,
    agentName: request.name,
    expiresAt,
    createdAt,
  });
  return { joinToken, pool: request.pool, name: request.name, expiresAt: iso(expiresAt) };
}

/** Spend a join token: the agent's key is known from now on. `invalid-token` when it is spent, expired, unknown or another's. */
export async function joinAgent(
  ports: Pick<Ports, "store" | "now" | "random" | "log">,
  joinToken: string,
  request: JoinRequest,
): Promise<JoinReply> {
  assertId(request.name, "/name");
  if (!isPublicKey(request.publicKey))
    throw new Fault("invalid-body", "The agent's key is no raw Ed25519 public key in base64url.", {
      problems: [{ pointer: "/publicKey", message: "give 32 bytes in base64url, without padding" }],
    });
  const now = ports.now();
  const { name, publicKey } = request;
  const newAgent = { id: newId("agent", ports.random), name, publicKey, joinedAt: now };
  const agent = isWellFormed(joinToken)
    ? await ports.store.joinAgent(hashToken(joinToken), newAgent, now)
    : undefined;
  if (agent === undefined)
    throw new Fault(
      "invalid-token",
      "This join token is unknown, spent, expired or made for another agent's name; make a new one with `berth agent token`.",
    );
  ports.log("info", `agent ${name} joined pool ${agent.pool}`, { agent: agent.id });
  const installation = await ports.store.installation(now);
  return { agentId: agent.id, installation: installation.id, pool: agent.pool };
}

/** Agents of the project, each with its last report and whether it is heard now. */
export async function listAgents(ports: Pick<Ports, "store" | "now">, caller: Caller, pool?: string) {
  const agents = await ports.store.agents(caller.project.id, pool);
  return agents.map((agent) => agentView(agent, ports.now()));
}

/**
 * Forget an agent: its key is refused from now on. While units are still placed on it the caller confirms with its name or id,
 * since Berth then takes them for gone: `confirmation-required`.
 */
export async function removeAgent(
  ports: Pick<Ports, "store">,
  caller: Caller,
  id: string,
  confirm: string | undefined,
): Promise<void> {
  const agent = await ports.store.agent(id);
  if (agent === undefined || agent.project !== caller.project.id) throw noAgent(id);
  const units = await unitsOnHost(ports.store, agent);
  if (units.length > 0 && confirm !== agent.name && confirm !== id)
    throw new Fault(
      "confirmation-required",
      `${units.length} units are placed on ${agent.name}. If the host is gone for good, say ?confirm=${agent.name}.`,
    );
  if (!(await ports.store.removeAgent(caller.project.id, id))) throw noAgent(id);
}

// One process or isolate remembers the calls it has seen; a signature is worth nothing a minute later anyway.
const seenCalls = replayGuard();

/** The agent that signed this call. Throws `unauthenticated`, `invalid-token` or `too-many-requests`. */
export async function authoriseAgent(
  ports: Pick<Ports, "now"> & { readonly store: Pick<Ports["store"], "agent"> },
  call: {
    readonly id: string;
    readonly headers: Headers;
    readonly method: string;
    readonly path: string;
    readonly body: Uint8Array;
  },
): Promise<Agent> {
  const credentials = agentCredentials(call.headers.get("authorization"));
  const agent = credentials.id === call.id ? await ports.store.agent(call.id) : undefined;
  if (agent === undefined)
    throw new Fault("invalid-token", `There is no agent ${credentials.id} here that may call this address.`);
  await verifyAgentCall(agent.publicKey, credentials, call, seenCalls, ports.now());
  return agent;
}

/** The agent that asks for its line: a signed GET without a body. Throws like `authoriseAgent`. */
export async function authoriseLine(
  ports: Parameters<typeof authoriseAgent>[0],
  call: { readonly id: string; readonly headers: Headers; readonly path: string },
): Promise<Agent> {
  return authoriseAgent(ports, { ...call, method: "GET", body: new Uint8Array(0) });
}

function agentView(agent: Agent, now: number) {
  const { id, name, pool, joinedAt, report } = agent;
  const heard =
    report === undefined ? "never-heard" : now - report.seenAt < SILENT_AFTER_MS ? "alive" : "silent";
  return {
    id,
    name,
    pool,
    joinedAt: iso(joinedAt),
    state: heard,
    report: report === undefined ? undefined : { ...report, seenAt: iso(report.seenAt) },
  };
}

function assertId(id: string, pointer: string): void {
  const problem = idProblem(id);
  if (problem !== undefined)
    throw new Fault("invalid-body", `A name is wrong: ${problem}.`, {
      problems: [{ pointer, message: problem }],
    });
}

const noAgent = (id: string): Fault => new Fault("not-found", `There is no agent ${id} in this project.`);
