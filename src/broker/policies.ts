import type { PolicyOwner } from "./policy-users.ts";
import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import { Fault, type Problem } from "../domain/fault.ts";
import { idProblem } from "../domain/name.ts";
import { parsePolicy } from "../policy/parse-policy.ts";
import type { StoredPolicy } from "../store/store.ts";
import { contradictsInstance } from "./contradicts-instance.ts";
import { iso } from "./instants.ts";
import { requireUnused } from "./policy-users.ts";
import { policyWorld } from "./policy-world.ts";
import type { Caller, Ports } from "./ports.ts";
import { INSTANCE } from "./stored-policies.ts";

/** A project, or the instance, has at most this many policies: all of them are read for every plan. */
export const MAX_POLICIES = 200;
/** Longest document, characters of canonical JSON: a policy is a page or two, not a program. */
const MAX_DOCUMENT_CHARS = 128_000;

/** A policy as the API shows it: the document as it was sent, and which version of it this is. */
export function policyView({ owner, name, version, hash, document, actor, createdAt }: StoredPolicy) {
  return {
    name,
    owner: owner === INSTANCE ? ("instance" as const) : ("project" as const),
    version,
    hash,
    mandatory: document["select"] !== undefined,
    actor,
    changedAt: iso(createdAt),
    document,
  };
}

/**
 * Make a policy, or a new version of one. The same document again makes none. `invalid-body` names everything wrong with its place;
 * `precondition-failed` when `ifVersion` is not the version in force.
 */
export async function putPolicy(
  ports: Ports,
  caller: Caller,
  name: string,
  document: Readonly<Record<string, unknown>>,
  { of, ifVersion }: { readonly of: PolicyOwner; readonly ifVersion?: number | undefined },
) {
  const problem = idProblem(name);
  if (problem !== undefined) throw new Fault("invalid-path", `The policy's name is wrong: ${problem}.`);
  const owner = ownerOf(caller, of);
  const before = await ports.store.policy(owner, name);
  await refuseProblems(ports, caller, { owner, name, document }, before);
  const hash = sha256Hex(canonicalJson(document));
  if (before?.hash === hash && (ifVersion ?? before.version) === before.version)
    return { policy: policyView(before), created: false };
  if (before === undefined && (await ports.store.policies([owner])).length >= MAX_POLICIES)
    throw new Fault(
      "conflict",
      `There are at most ${MAX_POLICIES} policies of one owner; remove some first.`,
    );
  const next = { owner, name, hash, document, actor: caller.actor, createdAt: ports.now() };
  const stored = await ports.store.putPolicy(next, ifVersion);
  if (stored === undefined) throw changedMeanwhile(name, before?.version ?? 0);
  return { policy: policyView(stored), created: before === undefined };
}

type Draft = Pick<StoredPolicy, "owner" | "name" | "document">;

async function refuseProblems(
  ports: Ports,
  caller: Caller,
  draft: Draft,
  before: StoredPolicy | undefined,
): Promise<void> {
  const { name, document } = draft;
  const problems = await problemsOf(ports, caller, draft, before);
  if (problems.length === 0) {
    if (canonicalJson(document).length <= MAX_DOCUMENT_CHARS) return;
    const bound = `A policy has at most ${MAX_DOCUMENT_CHARS} characters as JSON: take it apart.`;
    throw new Fault("too-large-to-store", bound);
  }
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  throw new Fault("invalid-body", `Policy ${name} has ${count}.`, { problems });
}

async function problemsOf(
  ports: Ports,
  caller: Caller,
  { owner, name, document }: Draft,
  before: StoredPolicy | undefined,
): Promise<readonly Problem[]> {
  const world = await policyWorld(ports, owner === INSTANCE ? undefined : caller.project.id);
  const parsed = parsePolicy(document, { name, stored: true, world });
  if (!parsed.ok) return parsed.problems;
  // Tightening what holds for everybody must not wait for somebody's project: there it is a warning.
  if (owner === INSTANCE) return [];
  const { rules, select } = parsed;
  if (select?.projects !== undefined) return [OTHER_PROJECTS];
  const hash = sha256Hex(canonicalJson(document));
  const next = { owner, name, version: (before?.version ?? 0) + 1, hash, rules, select };
  return await contradictsInstance(ports, caller, next, { before, world });
}

const OTHER_PROJECTS: Problem = {
  pointer: "/select/projects",
  message: "a policy of a project is for that project alone; leave it out, or put it with ?of=instance",
};

/** Policies that can have a say in the caller's project, the instance's first, by name. */
export async function listPolicies(ports: Pick<Ports, "store">, caller: Caller, of: PolicyOwner | undefined) {
  const owners = of === undefined ? [INSTANCE, caller.project.id] : [ownerOf(caller, of)];
  const found = await ports.store.policies(owners);
  const first = (policy: StoredPolicy): number => (policy.owner === INSTANCE ? 0 : 1);
  return [...found].sort((a, b) => first(a) - first(b)).map(policyView);
}

/** One policy, the project's own before the instance's, in force or of a certain version; or `not-found`. */
export async function readPolicy(
  ports: Pick<Ports, "store">,
  caller: Caller,
  name: string,
  { of, version }: { readonly of?: PolicyOwner | undefined; readonly version?: number | undefined } = {},
) {
  const owners = of === undefined ? [caller.project.id, INSTANCE] : [ownerOf(caller, of)];
  for (const owner of owners) {
    const found = await ports.store.policy(owner, name, version);
    if (found !== undefined) return policyView(found);
  }
  const which = version === undefined ? "" : ` of version ${version}`;
  throw new Fault("not-found", `There is no policy ${name}${which} in project ${caller.project.name}.`);
}

/** Take a policy out of force; its versions stay, for plans name them. `in-use` while a workload's spec names it. */
export async function deletePolicy(
  ports: Pick<Ports, "store" | "now">,
  caller: Caller,
  name: string,
  { of, ifVersion }: { readonly of: PolicyOwner; readonly ifVersion?: number | undefined },
): Promise<void> {
  const owner = ownerOf(caller, of);
  const before = await ports.store.policy(owner, name);
  if (before === undefined)
    throw new Fault(
      "not-found",
      `There is no policy ${name} of ${of === "instance" ? "the instance" : `project ${caller.project.name}`}.`,
    );
  await requireUnused(ports, caller, name, of);
  const gone = { owner, name, actor: caller.actor, createdAt: ports.now() };
  if (!(await ports.store.deletePolicy(gone, ifVersion))) throw changedMeanwhile(name, before.version);
}

const ownerOf = (caller: Caller, of: PolicyOwner): string =>
  of === "instance" ? INSTANCE : caller.project.id;

function changedMeanwhile(name: string, version: number): Fault {
  return new Fault("precondition-failed", `Policy ${name} is at version ${version}; read it again.`);
}
