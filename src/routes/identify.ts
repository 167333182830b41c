import { Fault } from "../domain/fault.ts";
import { authenticate, bearerOf } from "../identity/authenticate.ts";
import { isScope, type Scope } from "../identity/scope.ts";
import type { Agent } from "../store/instance.ts";
import { callerOf } from "./caller.ts";
import type { Endpoint, Who } from "./define.ts";
import type { ReadRoutePorts } from "./route-ports.ts";

/** Proves an agent's signed call; the composition gives it where agents are served. */
export type ProveAgent<P> = (
  ports: P,
  call: { readonly id: string; readonly request: Request; readonly path: string; readonly body: Uint8Array },
) => Promise<Agent>;

/** Who calls, proved by the endpoint's guard. Throws `unauthenticated`, `invalid-token`, `forbidden` or `not-found`. */
export async function identify<P extends ReadRoutePorts>(
  endpoint: Pick<Endpoint<P>, "guard" | "inEnvironment">,
  ports: P,
  request: Request,
  url: URL,
): Promise<Who> {
  const { guard } = endpoint;
  if (guard === "public" || guard === "join" || guard === "agent") return { kind: "anyone" };
  if (!isScope(guard)) throw new Error(`no such guard: ${String(guard)}`);
  const principal = await authenticate(ports, bearerOf(request.headers.get("authorization")));
  if (!principal.scopes.has(guard)) throw lacking(guard);
  const caller = await callerOf(ports.store, principal, url.searchParams, endpoint.inEnvironment === true);
  return { kind: "token", principal, caller };
}

function lacking(scope: Scope): Fault {
  return new Fault("forbidden", `This token lacks the scope ${scope}; make one that has it.`, {
    extra: { scope },
  });
}
