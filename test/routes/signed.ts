import { createHash } from "node:crypto";
import { AGENT_AUTH_SCHEME, signedText } from "../../src/domain/agent-protocol.ts";
import { at, type Reply, type World } from "./world.ts";

/** An agent's key pair. */
export interface AgentKeys {
  readonly publicKey: string;
  readonly sign: (text: string) => Promise<string>;
}

export async function agentKeys(): Promise<AgentKeys> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("Ed25519 gives a key pair");
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  return {
    publicKey: Buffer.from(raw).toString("base64url"),
    sign: async (text) => {
      const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, new TextEncoder().encode(text));
      return Buffer.from(signature).toString("base64url");
    },
  };
}

export interface Signing {
  readonly id: string;
  readonly keys: AgentKeys;
  readonly ts: number;
  readonly nonce?: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
}

/** The `Authorization` header of an agent's call. */
export async function authorization(signing: Signing): Promise<string> {
  const { id, keys, ts, method = "POST", path, body = "" } = signing;
  const nonce =
    signing.nonce ?? Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64url");
  const bodyHash = createHash("sha256").update(body).digest("hex");
  const signature = await keys.sign(signedText({ id, ts, nonce, method, path, bodyHash }));
  return `${AGENT_AUTH_SCHEME} id=${id},ts=${ts},nonce=${nonce},sig=${signature}`;
}

/** A member of a pool. */
export interface Member {
  readonly id: string;
  readonly keys: AgentKeys;
}

/** Joins an agent to the pool `home` through the API. */
export async function joined(world: World, name: string): Promise<Member> {
  const keys = await agentKeys();
  const made = await world.call("/v1/agents", { method: "POST", json: { pool: "home" } });
  const token = String(at(made.body, "joinToken"));
  const json = { name, publicKey: keys.publicKey };
  const { body } = await world.call("/v1/agents/join", { method: "POST", token, json });
  return { id: String(at(body, "agentId")), keys };
}

export const REPORT = {
  capacity: { milliCpu: 4_000, memoryMiB: 8_192 },
  arch: "amd64",
  labels: {},
  engine: "podman 4.3",
  version: "0.1.0",
  engineOk: true,
  guard: { registries: ["*"] },
  epoch: 1,
};

/** One signed sync. */
export async function sync(
  world: World,
  member: Member,
  changes: object = {},
  signing: Partial<Signing> = {},
): Promise<Reply> {
  const path = `/v1/agents/${member.id}/sync`;
  const body = JSON.stringify({
    report: REPORT,
    observations: [],
    complete: true,
    unrecognised: [],
    ...changes,
  });
  const token = await authorization({ ...member, ts: world.ports.now(), path, body, ...signing });
  const headers = { authorization: token, "content-type": "application/json" };
  return world.call(path, { method: "POST", token: "", body, headers });
}
