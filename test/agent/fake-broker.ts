import { createHash, createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { signedText } from "../../src/domain/agent-protocol.ts";
import type { SyncReply, SyncRequest } from "../../src/domain/agent-protocol.ts";
import type { Observation } from "../../src/domain/observation.ts";

/** A small broker that answers join and sync over real HTTP, checks every signature, and says what the test lays down. */
export interface FakeBroker {
  readonly url: string;
  readonly port: number;
  /** What the next syncs are answered. */
  reply: SyncReply;
  /** Answers with this status while set. */
  failing: number | undefined;
  readonly syncs: readonly SyncRequest[];
  /** Calls whose signature or nonce was wrong. */
  readonly forged: readonly string[];
  last(): SyncRequest | undefined;
  observation(unit: string): Observation | undefined;
  close(): Promise<void>;
}

export const AGENT_ID = "agent-1";
export const INSTALLATION = "inst-1";

/** Listen on `host`, port 0 unless an earlier one is taken up again. */
export async function startFakeBroker(host = "127.0.0.1", port = 0): Promise<FakeBroker> {
  const state = new State();
  const server = createServer((request, response) => {
    state.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const bound = addressOf(server).port;
  return Object.assign(state, {
    port: bound,
    url: `http://${host}:${String(bound)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

class State {
  reply: SyncReply = {
    installation: INSTALLATION,
    epoch: 1,
    leaseMs: 10_000,
    pollMs: 300,
    units: [],
    doomed: [],
  };
  failing: number | undefined;
  readonly syncs: SyncRequest[] = [];
  readonly forged: string[] = [];
  readonly #nonces = new Set<string>();
  #publicKey = "";

  last(): SyncRequest | undefined {
    return this.syncs.at(-1);
  }
  observation(unit: string): Observation | undefined {
    return this.last()?.observations.find((seen) => seen.unit === unit);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const path = request.url ?? "";
    const say = (status: number, value: object): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (this.failing !== undefined) return say(this.failing, { detail: "down for the test" });
    if (path === "/v1/agents/join") {
      if (request.headers.authorization !== "Bearer join-token-of-the-test")
        return say(401, { detail: "no such token" });
      this.#publicKey = JOIN.parse(JSON.parse(body)).publicKey;
      return say(200, { agentId: AGENT_ID, installation: INSTALLATION, pool: "home" });
    }
    if (!this.#isSigned(request, path, body)) {
      this.forged.push(path);
      return say(401, { detail: "this signature is wrong" });
    }
    if (path !== `/v1/agents/${AGENT_ID}/sync`) return say(404, { detail: "nothing here" });
    const sync: SyncRequest = JSON.parse(body);
    this.syncs.push(sync);
    return say(200, this.reply);
  }

  #isSigned(request: IncomingMessage, path: string, body: string): boolean {
    const header = /^Berth-Agent id=([^,]+),ts=(\d+),nonce=([^,]+),sig=([\w-]+)$/.exec(
      request.headers.authorization ?? "",
    );
    const [, id = "", ts = "", nonce = "", signature = ""] = header ?? [];
    if (this.#nonces.has(nonce)) return false;
    this.#nonces.add(nonce);
    const bodyHash = createHash("sha256").update(body).digest("hex");
    const signed = signedText({ id, ts: Number(ts), nonce, method: request.method ?? "", path, bodyHash });
    const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: this.#publicKey } });
    return verify(undefined, Buffer.from(signed), key, Buffer.from(signature, "base64url"));
  }
}

const JOIN = z.object({ name: z.string(), publicKey: z.string() });

/** Where a server listens. */
export function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("the server does not listen on a port");
  return address;
}
