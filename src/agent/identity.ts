import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AGENT_AUTH_SCHEME, signedText } from "../domain/agent-protocol.ts";
import type { JoinReply } from "../domain/agent-protocol.ts";
import { readDurably, writeDurably } from "./durable-file.ts";

/** Who this agent is: a key made on this host, and what the broker answered when it joined. */
export interface Identity {
  readonly key: KeyObject;
  readonly joined?: JoinReply | undefined;
}

/** The identity kept in the data folder; a new key is made, and kept, when there is none. The folder and file are the owner's only. */
export async function loadIdentity(dataDir: string, log: (sentence: string) => void): Promise<Identity> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const kept = await readDurably(join(dataDir, FILE), (text) => parseIdentity(text), log);
  if (kept !== undefined) return kept;
  const made: Identity = { key: generateKeyPairSync("ed25519").privateKey };
  await saveIdentity(dataDir, made);
  return made;
}

/** Whether the agent of a data folder has joined; nothing is made where there is none. */
export async function hasJoined(dataDir: string, log: (sentence: string) => void): Promise<boolean> {
  const kept = await readDurably(join(dataDir, FILE), (text) => parseIdentity(text), log);
  return kept?.joined !== undefined;
}

/** Keep the identity, after a join. */
export async function saveIdentity(dataDir: string, { key, joined }: Identity): Promise<void> {
  const privateKey = key.export({ type: "pkcs8", format: "pem" });
  await writeDurably(
    join(dataDir, FILE),
    JSON.stringify({ privateKey, ...(joined === undefined ? {} : { joined }) }),
  );
}

/** Raw public key, base64url: what a join sends (RFC 8037, section 2, parameter "x"). */
export function publicKeyOf(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  if (x === undefined) throw new Error("the agent's key is no Ed25519 key");
  return x;
}

/** The `Authorization` header of one call. `nonce` must never repeat within the signature window. */
export function signCall(
  key: KeyObject,
  call: {
    readonly id: string;
    readonly method: string;
    readonly path: string;
    readonly body: string;
    readonly ts: number;
    readonly nonce: string;
  },
): string {
  const { id, method, path, ts, nonce } = call;
  const bodyHash = createHash("sha256").update(call.body, "utf8").digest("hex");
  const signature = sign(
    undefined,
    Buffer.from(signedText({ id, ts, nonce, method, path, bodyHash }), "utf8"),
    key,
  );
  return `${AGENT_AUTH_SCHEME} id=${id},ts=${String(ts)},nonce=${nonce},sig=${signature.toString("base64url")}`;
}

function parseIdentity(text: string): Identity {
  const { privateKey, joined } = IDENTITY.parse(JSON.parse(text));
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType !== "ed25519") throw new Error("the agent's key is no Ed25519 key");
  return { key, joined };
}

const FILE = "identity.json";
const IDENTITY = z.object({
  privateKey: z.string(),
  joined: z.object({ agentId: z.string(), installation: z.string(), pool: z.string() }).optional(),
});
