import { AsyncLocalStorage } from "node:async_hooks";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { classifyGoogle, troubleOf } from "./classify.ts";
import { jsonIn } from "./fetch-json.ts";
import { member, textIn } from "./members.ts";

/** Whose call this is: the clients are shared by all targets, and this tells them apart. */
export interface Scope {
  readonly fetch: CloudPorts["fetch"];
  readonly token: (call: Call) => Promise<string>;
  readonly origin: string;
  readonly signal: AbortSignal;
}
const scope = new AsyncLocalStorage<Scope>();

/** Runs a call of the client as one target's. */
export function asTarget<T>(target: Scope, run: () => Promise<T>): Promise<T> {
  return scope.run(target, run);
}

/** What google-gax asks of its `authClient`: only `fetch` is ever called by the REST transport. */
export const sdkTransport = {
  universeDomain: "googleapis.com",
  getRequestHeaders: async () => new Headers(),
  request: async () => {
    throw new Error("Cloud Run's client asked for a transport that Berth does not give it.");
  },
  async fetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
    const here = scope.getStore();
    if (here === undefined) throw new Error("A call of Cloud Run's client belongs to no target.");
    const signal = AbortSignal.any([here.signal, ...(init.signal ? [init.signal] : [])]);
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${await here.token({ signal })}`);
    const { pathname, search } = new URL(input);
    const answer = await here.fetch(`${here.origin}${pathname}${search}`, {
      method: init.method ?? "GET",
      headers,
      body: init.body ?? null,
      signal,
      redirect: "manual",
    });
    if (answer.ok && !isOperation(init.method, pathname)) return answer;
    const json = jsonIn(await answer.text());
    if (answer.ok) return Response.json(bareOperation(json));
    // Read here: google-gax would compile a decoder for it, which workerd forbids outside of its start.
    throw classifyGoogle(troubleOf(answer.status, json, answer.headers.get("retry-after")));
  },
};

// Every change answers with an operation; reads of operations do, too.
const isOperation = (method: string | undefined, path: string): boolean =>
  (method ?? "GET") !== "GET" || path.includes("/operations/");

/**
 * An operation without the resources inside it. The client would encode them as google.protobuf.Any, where protobufjs writes long
 * texts by `Buffer.utf8Write`, which workerd's Buffer refuses near the end of a pool ("length is out of range"); nobody reads them.
 */
function bareOperation(json: unknown): object {
  const error = member(json, "error");
  const bare = { name: textIn(json, "name"), done: member(json, "done") === true };
  return error === undefined
    ? bare
    : { ...bare, error: { code: member(error, "code"), message: textIn(error, "message") } };
}
