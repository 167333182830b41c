import { Fault } from "../domain/fault.ts";
import { NO_ISSUER } from "../identity/issuer/no-issuer.ts";
import { subjectOf } from "../identity/issuer/subject.ts";
import type { Caller, Ports } from "./ports.ts";
import { requireTarget } from "./targets.ts";

/**
 * Whom a target's account has to trust, and the documents that an owner of the account applies for it: no key is ever handed over.
 * `not-found` for kinds that need no trust, and without an issuer.
 */
export async function readTrust(
  ports: Pick<Ports, "store" | "open" | "issuer">,
  caller: Caller,
  name: string,
) {
  const target = await requireTarget(ports, caller, name);
  const adapter = ports.open(target);
  if (adapter.trust === undefined)
    throw new Fault(
      "not-found",
      `Target ${name} is of kind ${target.kind}: no cloud has to trust Berth for it.`,
    );
  if (ports.issuer === undefined) throw new Fault("not-found", NO_ISSUER);
  const who = { issuer: ports.issuer.url, subject: subjectOf(target) };
  return { target: name, ...who, audience: adapter.audience, documents: adapter.trust(who) };
}
