import { Fault } from "../../domain/fault.ts";
import { MAX_MEMBERS } from "../../store/store.ts";
import type { Caller, Ports } from "../ports.ts";
import { readSpec, type ReadSpec } from "../read-spec.ts";
import { Problems } from "./problems.ts";

/**
 * The specs of a change, parsed. Throws `invalid-spec` with the problems of all of them, each pointing at `/specs/<n>/...`, and where two
 * have one name.
 */
export async function readSpecs(
  ports: Pick<Ports, "store">,
  caller: Caller,
  documents: readonly unknown[],
): Promise<readonly ReadSpec[]> {
  if (documents.length === 0 || documents.length > MAX_MEMBERS)
    throw new Fault("invalid-spec", `A change has 1 to ${MAX_MEMBERS} specs.`, {
      problems: [{ pointer: "/specs", message: `send 1 to ${MAX_MEMBERS} specs, or several changes` }],
    });
  const problems = new Problems();
  const read: ReadSpec[] = [];
  const at = new Map<string, number>();
  for (const [index, document] of documents.entries()) {
    const one = await problems.of(index, () => readSpec(ports, caller, document));
    if (one === undefined) continue;
    const before = at.get(one.spec.name);
    if (before !== undefined) problems.add(index, "/name", `is the name of /specs/${before}, too`);
    at.set(one.spec.name, index);
    read.push(one);
  }
  problems.refuse();
  return read;
}
