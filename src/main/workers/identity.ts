import { WorkerEntrypoint } from "cloudflare:workers";
import { requireEndpoint } from "../../broker/identity-token.ts";
import type { EndpointAuth } from "../../domain/identity-token.ts";
import { MAKE_MS } from "../../gateway/identity-tokens.ts";
import type { ControlEnv, IdentityAnswer } from "./bindings.ts";
import { controlOf } from "./control-ports.ts";

/**
 * What the edge asks for tokens, by its binding and by nothing else: no address leads to an entry point with a name. It gives tokens for
 * endpoints that this installation has recorded, and for no other audience.
 */
export class Identity extends WorkerEntrypoint<ControlEnv> {
  /** Refused where the endpoint is not one of ours, or the cloud gives no token. */
  async token(auth: EndpointAuth): Promise<IdentityAnswer> {
    try {
      const { ports, tokens } = controlOf(this.env);
      // Asked each time: what is kept may be of a unit that is gone.
      await requireEndpoint(ports.store, auth);
      return { token: await tokens.tokenFor(auth, AbortSignal.timeout(MAKE_MS)) };
    } catch (error) {
      return { refused: error instanceof Error ? error.message : String(error) };
    }
  }
}
