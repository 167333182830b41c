import { Fault } from "../../domain/fault.ts";
import type { MakeIdentityToken } from "../../domain/identity-token.ts";
import type { IdentityStub, Service } from "./bindings.ts";

/** How long the control Worker may take to begin its answer: longer than the longest wait it grants (60 s). */
const BEGIN_MS = 75_000;
const RETRY_SECONDS = 5;

/** Hands a call to the control Worker. Throws `unavailable` when it is down or does not begin to answer. */
export async function askControl(control: Service, request: Request): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), BEGIN_MS);
  try {
    // The deadline is for the beginning only: what follows may be a log that goes on.
    return await control.fetch(
      new Request(request, { signal: AbortSignal.any([request.signal, late.signal]) }),
    );
  } catch (error) {
    throw new Fault(
      "unavailable",
      "The control Worker does not answer; what runs goes on, and reads do. Try again soon.",
      { retryAfterSeconds: RETRY_SECONDS, cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Tokens by the control Worker. The call throws when it is down, and for a token that it refuses. */
export function tokensOf(identity: IdentityStub): MakeIdentityToken {
  return async (auth) => {
    const answer = await identity.token(auth);
    if ("refused" in answer) throw new Error(answer.refused);
    return answer.token;
  };
}
