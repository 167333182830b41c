import type { Observation, Unrecognised } from "./observation.ts";
import type { Unit } from "./plan.ts";
import type { RegistryLogin } from "./resolved-image.ts";
import type { AgentReport } from "./agent.ts";
import type { Because } from "./feature.ts";

/** Body of `POST /v1/agents/join`, authorised by the single-use join token. */
export interface JoinRequest {
  readonly name: string;
  /** Raw Ed25519 public key, base64url; the private half never leaves the host. */
  readonly publicKey: string;
}
export interface JoinReply {
  readonly agentId: string;
  readonly installation: string;
  readonly pool: string;
}

/** Body of `POST /v1/agents/{id}/sync`: the agent's whole truth, each time. */
export interface SyncRequest {
  readonly report: Omit<AgentReport, "seenAt" | "unrecognised">;
  /** One for each unit the agent was ever told of and still remembers; `stopped` with 0 replicas confirms a removal by a look. */
  readonly observations: readonly Observation[];
  /** False when the engine could not be asked; then nothing counts as absent. */
  readonly complete: boolean;
  readonly unrecognised: readonly Unrecognised[];
  /** Ids of units whose secrets it has. Absent: it takes no secrets. */
  readonly secretsOf?: readonly string[] | undefined;
}

/** What the agent must hold. It destroys only what `doomed` names; a container it does not find here stays. */
export interface SyncReply {
  readonly installation: string;
  readonly epoch: number;
  /** How long fenced units may run without another reply. */
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly units: readonly Unit[];
  readonly doomed: readonly {
    readonly id: string;
    readonly name: string;
    readonly stopGraceSeconds: number;
  }[];
  /** For units of `units` that name secrets and are not in the request's `secretsOf`; the rest of a large answer comes with the next. */
  readonly secrets?: readonly UnitSecrets[] | undefined;
  /** For registries of units that are not ready yet; only to an agent that takes secrets. */
  readonly logins?: readonly HostLogin[] | undefined;
}

/** What images are pulled with from one registry. */
export interface HostLogin extends RegistryLogin {
  readonly host: string;
}

/** The values of one unit's secrets by reference (`name@version`), or why it gets none. */
export type UnitSecrets =
  | { readonly unit: string; readonly values: Readonly<Record<string, string>> }
  | { readonly unit: string; readonly because: Because };

/** Signed header of every agent call: `Authorization: Berth-Agent id=..,ts=..,nonce=..,sig=..`. */
export const AGENT_AUTH_SCHEME = "Berth-Agent";
/** What is signed: these six, joined by line feeds. */
export function signedText(call: {
  readonly id: string;
  readonly ts: number;
  readonly nonce: string;
  readonly method: string;
  readonly path: string;
  /** Hex SHA-256 of the body, of nothing for the line's hand-shake. */
  readonly bodyHash: string;
}): string {
  return [call.id, String(call.ts), call.nonce, call.method, call.path, call.bodyHash].join("\n");
}
/** How far an agent's clock may be off. */
export const SIGNATURE_WINDOW_MS = 60_000;
