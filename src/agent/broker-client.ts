import type { KeyObject } from "node:crypto";
import type { JoinReply, SyncReply, SyncRequest } from "../domain/agent-protocol.ts";
import { publicKeyOf, signCall } from "./identity.ts";
import { JOIN_REPLY, SYNC_REPLY } from "./reply-schema.ts";

/** What a call to the broker needs from its surroundings. */
export interface BrokerPorts {
  readonly server: string;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
  /** A text that never repeats. */
  readonly nonce: () => string;
}

/** The broker did not do what was asked. `status` is absent when there was no answer; `denied` means that this agent is not known there. */
export class BrokerError extends Error {
  readonly status: number | undefined;
  constructor(message: string, status: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.name = "BrokerError";
    this.status = status;
  }
  get denied(): boolean {
    return this.status === 401 || this.status === 403 || this.status === 404;
  }
}

/** Join with a single-use token. Throws `BrokerError`. */
export async function joinBroker(
  ports: BrokerPorts,
  token: string,
  name: string,
  key: KeyObject,
): Promise<JoinReply> {
  const body = JSON.stringify({ name, publicKey: publicKeyOf(key) });
  return JOIN_REPLY.parse(await post(ports, "/v1/agents/join", body, `Bearer ${token}`));
}

/** Say everything and be told everything. Throws `BrokerError`, also when the answer is not what a broker says. */
export async function syncBroker(
  ports: BrokerPorts,
  agentId: string,
  key: KeyObject,
  request: SyncRequest,
): Promise<SyncReply> {
  const path = `/v1/agents/${agentId}/sync`;
  const body = JSON.stringify(request);
  const answer = SYNC_REPLY.safeParse(
    await post(ports, path, body, authorise(ports, agentId, key, "POST", path, body)),
  );
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  throw new BrokerError(
    `the broker's answer is not understood at ${issue?.path.join(".") ?? "its top"}: ${issue?.message ?? ""}`,
    200,
  );
}

/** The header that opens the agent's line. */
export function lineAuthorisation(ports: BrokerPorts, agentId: string, key: KeyObject): string {
  return authorise(ports, agentId, key, "GET", `/v1/agents/${agentId}/line`, "");
}

/** URL of a path of the broker, which may itself live below a path. */
export function brokerUrl(server: string, path: string): URL {
  const base = new URL(server);
  base.pathname = base.pathname.replace(/\/+$/, "") + path;
  return base;
}

function authorise(
  ports: BrokerPorts,
  id: string,
  key: KeyObject,
  method: string,
  path: string,
  body: string,
): string {
  // The path as the broker sees it: a proxy before it may serve it below another.
  return signCall(key, { id, method, path, body, ts: ports.now(), nonce: ports.nonce() });
}

async function post(ports: BrokerPorts, path: string, body: string, authorization: string): Promise<unknown> {
  const url = brokerUrl(ports.server, path);
  try {
    const response = await ports.fetch(url, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(CALL_MS),
    });
    const text = await boundedText(response);
    if (!response.ok)
      throw new BrokerError(
        `the broker answers ${String(response.status)}: ${detailOf(text)}`,
        response.status,
      );
    return parsed(text, url);
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    throw new BrokerError(`no answer from ${url.origin}: ${reasonOf(error)}`, undefined, { cause: error });
  }
}

function parsed(text: string, { origin }: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Without the parser's message, which quotes the answer: secrets may stand in it.
    if (error instanceof SyntaxError) throw new BrokerError(`what ${origin} answers is not JSON`, undefined);
    throw error;
  }
}

/** How long any call may take, ms: less than a lease, so that one lost call does not cost it. */
const CALL_MS = 4_000;
/** The longest answer that is read, bytes. */
const MAX_ANSWER_BYTES = 32 * 1_048_576;

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new BrokerError("the broker's answer is too long", response.status);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The sentence of a problem document (RFC 9457), or the beginning of whatever came. */
function detailOf(text: string): string {
  const said = /"(?:detail|message)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return said ?? text.slice(0, 200);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
