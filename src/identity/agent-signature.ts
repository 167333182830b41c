import { createHash } from "node:crypto";
import { AGENT_AUTH_SCHEME, SIGNATURE_WINDOW_MS, signedText } from "../domain/agent-protocol.ts";
import { Fault } from "../domain/fault.ts";
import type { ReplayGuard } from "./replay-guard.ts";

/** A signed agent call, as its `Authorization` header says it. */
export interface AgentCredentials {
  readonly id: string;
  readonly ts: number;
  readonly nonce: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** What the signature covers besides the credentials. */
export interface SignedCall {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly body: Uint8Array;
}

const MAX_HEADER_CHARACTERS = 512;
const SIGNATURE_BYTES = 64;
const PUBLIC_KEY_BYTES = 32;
const FIELD = {
  id: /^[a-z0-9_-]{1,63}$/,
  ts: /^\d{10,16}$/,
  nonce: /^[A-Za-z0-9_-]{16,64}$/,
  sig: /^[A-Za-z0-9_-]{86}$/,
};

/** Reads `Berth-Agent id=..,ts=..,nonce=..,sig=..`. Throws `unauthenticated` when it is absent or not in that form. */
export function agentCredentials(header: string | null): AgentCredentials {
  const text = header ?? "";
  if (!text.startsWith(`${AGENT_AUTH_SCHEME} `) || text.length > MAX_HEADER_CHARACTERS) throw unsigned();
  const pairs = text
    .slice(AGENT_AUTH_SCHEME.length + 1)
    .split(",")
    .map((pair) => pair.trim().split("="));
  const fields = new Map(pairs.map(([name = "", value = ""]) => [name, value]));
  const read = (name: keyof typeof FIELD): string => {
    const value = fields.get(name) ?? "";
    if (!FIELD[name].test(value)) throw unsigned();
    return value;
  };
  const signature = new Uint8Array(Buffer.from(read("sig"), "base64url"));
  if (signature.length !== SIGNATURE_BYTES || fields.size !== pairs.length || fields.size !== 4)
    throw unsigned();
  return { id: read("id"), ts: Number(read("ts")), nonce: read("nonce"), signature };
}

/**
 * Proves that the holder of `publicKey` (raw Ed25519, base64url) made this very call, within the time window and for the
 * first time. Throws `invalid-token`, or `too-many-requests` when one agent calls without measure.
 */
export async function verifyAgentCall(
  publicKey: string,
  credentials: AgentCredentials,
  call: SignedCall,
  guard: ReplayGuard,
  now: number,
): Promise<void> {
  const { id, ts, nonce, signature } = credentials;
  if (Math.abs(now - ts) > SIGNATURE_WINDOW_MS)
    throw refused("The agent's clock is more than a minute away from the broker's; set the host's time.");
  const bodyHash = createHash("sha256").update(call.body).digest("hex");
  const text = signedText({ id, ts, nonce, method: call.method, path: call.path, bodyHash });
  const key = await importPublicKey(publicKey);
  const genuine = await crypto.subtle.verify("Ed25519", key, signature, new TextEncoder().encode(text));
  if (!genuine) throw refused("The agent's signature does not fit this call.");
  // Only genuine calls are remembered: a stranger cannot fill an agent's memory.
  const freshness = guard.admit(id, nonce, ts + SIGNATURE_WINDOW_MS, now);
  if (freshness === "replayed") throw refused("This agent call was already made.");
  if (freshness === "too-many")
    throw new Fault("too-many-requests", "The agent calls too often.", { retryAfterSeconds: 10 });
}

/** Whether a text is a raw Ed25519 public key in base64url. */
export function isPublicKey(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text) && Buffer.from(text, "base64url").length === PUBLIC_KEY_BYTES;
}

async function importPublicKey(publicKey: string): Promise<CryptoKey> {
  const raw = new Uint8Array(Buffer.from(publicKey, "base64url"));
  return crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
}

const refused = (sentence: string): Fault => new Fault("invalid-token", sentence);

function unsigned(): Fault {
  return new Fault(
    "unauthenticated",
    `Agent calls carry \`Authorization: ${AGENT_AUTH_SCHEME} id=..,ts=..,nonce=..,sig=..\`.`,
  );
}
