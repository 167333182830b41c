import { Fault } from "../domain/fault.ts";
import type { EndpointAuth, IdentityToken } from "../domain/identity-token.ts";
import type { Target } from "../store/instance.ts";
import type { Ports } from "./ports.ts";

/** A token for an endpoint, by its unit's target. Throws as `requireEndpoint` does, and `AdapterError` when the cloud gives none. */
export async function identityToken(
  { store, open }: Pick<Ports, "store" | "open">,
  auth: EndpointAuth,
  signal: AbortSignal,
): Promise<IdentityToken> {
  const adapter = open(await requireEndpoint(store, auth));
  if (adapter.identityToken === undefined) throw unknownEndpoint();
  return await adapter.identityToken(auth.audience, { signal });
}

/**
 * The target of an endpoint that this installation has seen at one of its own units. Throws `Fault` "not-found" for every other audience:
 * whoever may ask has no token for any other place in the world.
 */
export async function requireEndpoint(
  store: Pick<Ports["store"], "unitAt" | "targetById">,
  { target, unit, audience }: EndpointAuth,
): Promise<Target> {
  const stored = await store.unitAt(target, unit);
  const isSeen = stored?.observation?.endpoints.some(
    ({ url, auth }) =>
      auth?.target === target &&
      auth.unit === unit &&
      auth.audience === audience &&
      URL.parse(url)?.origin === audience,
  );
  const found = isSeen === true ? await store.targetById(target) : undefined;
  if (found === undefined) throw unknownEndpoint();
  return found;
}

const unknownEndpoint = () =>
  new Fault("not-found", "No unit of this installation asks for an identity with this audience.");
