import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import type { Project } from "../store/instance.ts";
import type { FleetReview, Workload } from "../store/store.ts";
import { fleet, fleetCursor } from "./fleet.ts";
import type { Caller, Ports } from "./ports.ts";
import { reviewWorkload } from "./review-workload.ts";
import { INSTANCE } from "./stored-policies.ts";
import { MAX_VIOLATIONS } from "./violations.ts";

/** How often `reviewFleets` is meant to be called, ms: with each call it asks the next projects what has changed. */
export const REVIEW_EVERY_MS = 60_000;
/** A fleet in which nothing changed is looked at this often all the same: prices and what targets offer change, too, ms. */
const ANEW_EVERY_MS = 6 * 3_600_000;
/** Projects asked at once, and looks that are gone on with; the others are the next calls'. */
const MAX_PROJECTS = 10;
/** Workloads looked at by one call unless its caller says fewer: each asks every target. */
const MAX_LOOKS = 200;
const AT_ONCE = 4;
/** How long one call looks, and a lease that is longer, ms. */
const LOOK_MS = 25_000;
const LEASE_MS = 120_000;

/**
 * Looks, page by page and one process at a time, at all that runs in projects where policies, targets, environments or labels have
 * changed since the last look, and reports what runs where a policy forbids it. This is how a review that a `PUT` could not finish is
 * finished. With nothing changed it writes nothing and asks no target. Gives how many workloads were looked at.
 */
export async function reviewFleets(ports: Ports, owner: string, atMost = MAX_LOOKS): Promise<number> {
  const now = ports.now();
  const open = await openReviews(ports, now);
  if (open.length === 0) return 0;
  if (!(await ports.store.takeLease("fleet-reviews", owner, now, LEASE_MS))) return 0;
  const endAt = now + LOOK_MS;
  let looked = 0;
  for (const review of open) {
    if (looked >= atMost || ports.now() >= endAt) break;
    looked += await goOn(ports, review, atMost - looked, endAt);
  }
  return looked;
}

// One that is open ends before the next begins, however often something changes: so its last workload is looked at, too.
async function openReviews(ports: Ports, now: number): Promise<readonly FleetReview[]> {
  const open = await ports.store.openFleetReviews(MAX_PROJECTS);
  const projects = await ports.store.projects();
  const turn = (Math.floor(now / REVIEW_EVERY_MS) * MAX_PROJECTS) % Math.max(projects.length, 1);
  const asked = [...projects.slice(turn), ...projects.slice(0, turn)].slice(0, MAX_PROJECTS);
  const begun: FleetReview[] = [];
  for (const project of asked) {
    const last = await ports.store.fleetReview(project.id);
    if (last?.after !== undefined) continue;
    const mark = await markOf(ports, project, now);
    if ((last?.mark ?? NO_POLICIES) !== mark) begun.push({ project: project.id, mark, after: "" });
  }
  return [...open, ...begun];
}

/** The mark of a project where no policy is in force: nothing can run against one. */
const NO_POLICIES = "no policies";

/** What a look depends on, as a hash: another one makes for another look. */
async function markOf({ store }: Ports, { id, labels }: Project, now: number): Promise<string> {
  const policies = await store.policies([INSTANCE, id]);
  if (policies.length === 0) return NO_POLICIES;
  const [targets, environments] = await Promise.all([store.targets(id), store.environments(id)]);
  return sha256Hex(
    canonicalJson({
      since: Math.floor(now / ANEW_EVERY_MS),
      policies: policies.map(({ owner, name, version }) => [owner, name, version]),
      targets: targets.map((target) => [target.id, target.version]),
      labels,
      environments: environments.map((one) => [one.name, one.class, one.labels]),
    }),
  );
}

async function goOn(
  ports: Ports,
  { project: id, mark, after = "" }: FleetReview,
  atMost: number,
  endAt: number,
): Promise<number> {
  const project = await ports.store.project(id);
  if (project === undefined) {
    await ports.store.putFleetReview({ project: id, mark });
    return 0;
  }
  const caller: Caller = { project, environment: "", actor: AUTOMATION };
  const known = await ports.store.violations(id, { limit: MAX_VIOLATIONS });
  const look = async ({ environment, name }: Workload): Promise<void> => {
    const reported = known.find((row) => row.environment === environment && row.workload === name);
    try {
      await reviewWorkload(ports, { ...caller, environment }, name, reported);
    } catch (error) {
      // One that cannot be looked at must not keep the look from reaching the others.
      ports.log("error", `${environment}/${name} could not be held against its policy: ${String(error)}`);
    }
  };
  let looked = 0;
  let batch: Workload[] = [];
  for await (const workload of fleet(ports, caller, {}, after)) {
    batch.push(workload);
    if (batch.length < AT_ONCE && looked + batch.length < atMost) continue;
    await Promise.all(batch.map(look));
    looked += batch.length;
    batch = [];
    if (looked < atMost && ports.now() < endAt) continue;
    await ports.store.putFleetReview({ project: id, mark, after: fleetCursor(workload) });
    return looked;
  }
  await Promise.all(batch.map(look));
  await ports.store.putFleetReview({ project: id, mark });
  return looked + batch.length;
}
