import { Fault } from "../domain/fault.ts";
import { parsePolicy, type ParsedPolicy } from "../policy/parse-policy.ts";
import type { PolicyRules, Select } from "../policy/policy-rules.ts";
import type { StoredPolicy } from "../store/store.ts";

/** Who a policy belongs to where it is not a project. */
export const INSTANCE = "instance";

/** A stored policy, read: what it says, and where it is mandatory. */
export interface ReadPolicy {
  readonly owner: string;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly rules: PolicyRules;
  readonly select?: Select | undefined;
}

/** Documents kept read, by content: the policies of one project are few and asked for with every plan. */
const MAX_READ = 500;
const READ = new Map<string, ParsedPolicy & { readonly ok: true }>();

/** What a stored policy says. Throws `invalid-spec` for one that an older release took and this one cannot read. */
export function readStored({ owner, name, version, hash, document }: StoredPolicy): ReadPolicy {
  const known = READ.get(hash);
  const parsed = known ?? parsePolicy(document, { name, stored: true });
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => `${problem.pointer} ${problem.message}`);
    const message = `policy ${name}, version ${version}, cannot be read: ${problems.join("; ")}; put it anew`;
    throw new Fault("invalid-spec", `The ${message}.`, { problems: [{ pointer: "/policy", message }] });
  }
  if (known === undefined) {
    READ.set(hash, parsed);
    for (const oldest of READ.keys()) {
      if (READ.size <= MAX_READ) break;
      READ.delete(oldest);
    }
  }
  return { owner, name, version, hash, rules: parsed.rules, select: parsed.select };
}

/** The same where it can be read, else nothing: one that this release cannot read is told to whoever plans under it. */
export function readable(stored: StoredPolicy): readonly ReadPolicy[] {
  try {
    return [readStored(stored)];
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}
