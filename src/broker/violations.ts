import { Fault } from "../domain/fault.ts";
import { type Forbidden, forbiddenBy } from "../policy/against.ts";
import { decidePlacement } from "../policy/decision.ts";
import type { StoredPolicy, Workload } from "../store/store.ts";
import { asItStandsAnyway, type Standing } from "./as-it-stands.ts";
import { fleet } from "./fleet.ts";
import { iso } from "./instants.ts";
import { noteFinding, type Finding } from "./note-violation.ts";
import type { PolicyOwner } from "./policy-users.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { withoutPolicy } from "./simulate-workload.ts";
import { INSTANCE } from "./stored-policies.ts";

/** How far a review of what runs has come. */
export interface Review {
  /** Workloads that were found to run where the policy forbids it. */
  readonly found: number;
  /** False when time ended it before all of the fleet was looked at. */
  readonly complete: boolean;
}

/** Most violations answered at once. */
export const MAX_VIOLATIONS = 500;
/** How long a caller who stores a policy waits for its review, ms. */
export const REVIEW_DEADLINE_MS = 15_000;
/** Workloads looked at at once: each asks every target. */
const AT_ONCE = 8;

/** A policy as it is in force. */
type InForce = Pick<StoredPolicy, "owner" | "name" | "version">;

/**
 * Look which workloads run where a stored policy forbids it, in the caller's project or, for a policy of the instance, in all of
 * them, and report each: a row while its plan is in force, and an event once. Nothing that runs is touched: where it goes is for
 * its next plan to say, or for `moveViolators` where the policy says so.
 */
export async function reviewPolicy(
  ports: Ports,
  caller: Caller,
  policy: InForce,
  signal: AbortSignal,
): Promise<Review> {
  const projects = policy.owner === INSTANCE ? await ports.store.projects() : [caller.project];
  let found = 0;
  for (const project of projects) {
    const review = await reviewProject(ports, { ...caller, project }, policy, signal);
    found += review.found;
    if (!review.complete) return { found, complete: false };
  }
  return { found, complete: true };
}

/**
 * Review a policy that has just been stored, for as long as a caller waits. Whether all of the fleet was looked at: what failed or
 * took too long is no reason to say that the policy was not stored; the look at fleets (`reviewFleets`) goes on with it.
 */
export async function reviewAfterPut(
  ports: Ports,
  caller: Caller,
  of: PolicyOwner,
  { name, version }: Pick<StoredPolicy, "name" | "version">,
): Promise<boolean> {
  const owner = of === "instance" ? INSTANCE : caller.project.id;
  try {
    const signal = AbortSignal.timeout(REVIEW_DEADLINE_MS);
    return (await reviewPolicy(ports, caller, { owner, name, version }, signal)).complete;
  } catch (error) {
    ports.log("error", `the review of policy ${name}: ${String(error)}`);
    return false;
  }
}

/** Forget what was reported of a policy that is no longer in force. */
export async function forgetViolations(
  ports: Ports,
  caller: Caller,
  policy: string,
  of: PolicyOwner,
): Promise<void> {
  const projects = of === "instance" ? await ports.store.projects() : [caller.project];
  for (const { id: project } of projects)
    for (const { environment, workload } of await ports.store.violations(project, {
      policy,
      limit: MAX_VIOLATIONS,
    }))
      await ports.store.clearViolation({ project, environment }, workload);
}

/** What runs against a policy of the project, or of any, by environment and workload. */
export async function listViolations(ports: Pick<Ports, "store">, caller: Caller, policy?: string) {
  const rows = await ports.store.violations(caller.project.id, { policy, limit: MAX_VIOLATIONS });
  return rows.map(({ since, move: _move, ...row }) => ({ ...row, since: iso(since) }));
}

async function reviewProject(
  ports: Ports,
  caller: Caller,
  policy: InForce,
  signal: AbortSignal,
): Promise<Review> {
  const known = await ports.store.violations(caller.project.id, {
    policy: policy.name,
    limit: MAX_VIOLATIONS,
  });
  const noted = new Set(known.map(({ environment, workload }) => `${environment}/${workload}`));
  let found = 0;
  let batch: Workload[] = [];
  const look = async (): Promise<void> => {
    const answers = await Promise.all(
      batch.map((workload) => review(ports, caller, workload, policy, noted)),
    );
    found += answers.filter(Boolean).length;
    batch = [];
  };
  for await (const workload of fleet(ports, caller, {})) {
    if (signal.aborted) return { found, complete: false };
    batch.push(workload);
    if (batch.length === AT_ONCE) await look();
  }
  await look();
  return { found, complete: true };
}

async function review(
  ports: Ports,
  caller: Caller,
  { environment, name }: Workload,
  policy: InForce,
  noted: ReadonlySet<string>,
): Promise<boolean> {
  const here = { ...caller, environment };
  const found = await violationOf(ports, here, name, policy);
  if (found === undefined) {
    if (noted.has(`${environment}/${name}`)) await ports.store.clearViolation(scopeOf(here), name);
    return false;
  }
  await noteFinding(ports, here, name, found);
  return true;
}

async function violationOf(
  ports: Ports,
  caller: Caller,
  name: string,
  policy: InForce,
): Promise<Finding | undefined> {
  try {
    const standing = await asItStandsAnyway(ports, caller, name);
    const plan = standing?.lineage.inForce;
    if (standing === undefined || plan === undefined) return undefined;
    const found = await againstThis(ports, caller, standing, policy);
    if (found === undefined) return undefined;
    // Where policies contradict each other, there is nowhere to move to.
    const moves = standing.contradiction === undefined && standing.inputs.policy.whenViolated === "move";
    return { policy: policy.name, version: policy.version, plan: plan.id, moves, ...found };
  } catch (error) {
    // A workload that cannot even be planned now is told so when it is: it is no finding about this policy.
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

// What would stand against the place without this policy, too, is not this policy's finding.
async function againstThis(
  ports: Ports,
  caller: Caller,
  { inputs, layers, spec }: Standing,
  policy: InForce,
): Promise<Forbidden | undefined> {
  if (!layers.some((layer) => layer.name === policy.name && layer.version === policy.version))
    return undefined;
  const without = await withoutPolicy(ports, caller, spec, inputs, policy);
  return forbiddenBy(decidePlacement(inputs), decidePlacement(without), inputs.incumbents ?? []);
}
