import type { Claim, NewEvent, Progress, Setback } from "../store/store.ts";
import type { Action, Decision } from "./action.ts";
import { scheduleProgress } from "./begin-run.ts";
import { decide } from "./decide.ts";
import { look } from "./look.ts";
import { CALL_DEADLINE_MS, perform } from "./perform.ts";
import type { ReconcilePorts } from "./ports.ts";
import { curedUnits } from "./traffic.ts";
import type { World } from "./world.ts";

/** How long one pass may hold a workload. Every call's deadline ends well before. */
export const LEASE_MS = 20_000;
/** How often a place is looked for again when there was none, ms. */
const NO_PLACE_PAUSE_MS = 10_000;

/** Claim, look, decide, write, act, record: one workload, once. False when nothing was due. */
export async function tick(ports: ReconcilePorts, signal: AbortSignal): Promise<boolean> {
  const claim = await ports.store.claimDue(ports.now(), LEASE_MS);
  if (claim === undefined) return false;
  const world = await look(ports, claim);
  const decision = decide(world, ports.now());
  // One-way states and routes are written before any call: a crash in between repeats a call, never loses a tombstone.
  if (!(await writeFirst(ports, claim, decision))) return await giveBack(ports, claim);
  // A pass that was held up must not reach a provider after its lease: by then another may have decided the opposite.
  if (ports.now() + CALL_DEADLINE_MS > claim.leaseUntil) return await giveBack(ports, claim);
  for (const action of decision.actions) if (action.do === "doom") ports.leaving(action.unit.unit.id);
  const outcomes = await Promise.all(decision.actions.map((action) => perform(ports, claim, action, signal)));
  const refusals = await replans(ports, claim, decision.actions);
  await ports.store.record(claim, closing(ports, world, decision, outcomes, refusals));
  ringHosts(ports, decision);
  for (const target of decision.looks ?? []) ports.touched(target);
  return true;
}

// Overtaken by a commit, or too slow: the lease goes back at once, so that whoever is next does not wait for its end.
async function giveBack(ports: ReconcilePorts, claim: Claim): Promise<true> {
  const now = ports.now();
  await ports.store.record(claim, { now, dueAt: now, release: true });
  return true;
}

// An agent is handed only what is recorded as started, so it is told to ask after the record, not before.
function ringHosts(ports: ReconcilePorts, { actions }: Decision): void {
  const hosts = actions.flatMap((action) => {
    if (action.do === "apply" || action.do === "scale") return action.unit.place.host ?? [];
    return action.do === "doom" || action.do === "destroy" ? (action.unit.unit.place.host ?? []) : [];
  });
  for (const host of new Set(hosts)) ports.ring(host);
}

async function writeFirst(ports: ReconcilePorts, claim: Claim, decision: Decision): Promise<boolean> {
  const now = ports.now();
  const { actions } = decision;
  const dooms = actions.filter((action) => action.do === "doom");
  const shift = actions.find((action) => action.do === "shift");
  const finish = actions.find((action) => action.do === "finish");
  const fire = actions.find((action) => action.do === "fire");
  const starts =
    claim.plan.state === "pending" && actions.some((action) => action.do === "apply" || action.do === "doom");
  const sent = actions.filter((action) => action.do === "apply" || action.do === "scale");
  const others = [shift, finish, fire].every((action) => action === undefined);
  if (dooms.length + sent.length === 0 && others && !starts) return true;
  const progress: Progress = {
    now,
    units: [
      ...sent.map(({ unit }) => ({ id: unit.id, setback: unanswered(claim, unit.id, now) })),
      ...dooms.map(({ unit, because }) => ({
        id: unit.unit.id,
        state: "doomed" as const,
        because,
        // Kept, for it tells whether a call may still be on its way; but it must not hold up the removal.
        setback: unit.setback === undefined ? null : { ...unit.setback, notBefore: now },
      })),
    ],
    ...(shift === undefined ? {} : { route: await routeOf(ports, claim, shift.upstreams, now) }),
    ...(finish === undefined ? {} : endOf(claim, finish)),
    ...(fire === undefined ? {} : { schedule: scheduleProgress(claim, fire, now) }),
    ...(starts && finish === undefined ? { plan: { id: claim.plan.id, state: "progressing" as const } } : {}),
    events: [...dooms, shift, finish, fire].flatMap((action) =>
      action === undefined ? [] : [eventOf(claim, action, now)],
    ),
  };
  const written = await ports.store.record(claim, progress);
  if (written && (shift !== undefined || progress.route === null)) ports.routeChanged(claim);
  return written;
}

// Written before the call, so that a crash in the middle of it leaves the word that something may have been created.
function unanswered(claim: Claim, id: string, now: number): Setback {
  const before = claim.units.find((stored) => stored.unit.id === id)?.setback;
  const message = "the call that creates it has been sent and is not answered yet";
  return { kind: "unavailable", message, attempts: before?.attempts ?? 0, notBefore: now };
}

type Finish = Extract<Action, { do: "finish" }>;

function endOf(
  claim: Claim,
  { end, because }: Finish,
): Pick<Progress, "plan" | "restorePlan" | "removeWorkload" | "route"> {
  const noRoute = end.state === "ready" && claim.plan.route === undefined && claim.route !== undefined;
  return {
    plan: { id: claim.plan.id, state: end.state, reason: because, logTail: end.logTail },
    ...(end.restore === undefined ? {} : { restorePlan: end.restore }),
    ...(end.remove === true ? { removeWorkload: true } : {}),
    ...(noRoute ? { route: null } : {}),
  };
}

async function routeOf(
  ports: ReconcilePorts,
  claim: Claim,
  upstreams: Extract<Action, { do: "shift" }>["upstreams"],
  now: number,
): Promise<Progress["route"]> {
  const { route: spec } = claim.plan;
  const before = claim.route;
  // While a workload is removed its plan has no route any more: what the old one said holds until it goes.
  const shown = spec ?? before;
  if (shown === undefined) throw new Error(`traffic of ${claim.workload.name} was shifted without a route`);
  const project = await ports.store.project(claim.scope.project);
  const projectName = project?.name ?? claim.scope.project;
  const { access, timeoutSeconds, maxBodyMiB, protocol, sticky } = shown;
  return {
    project: claim.scope.project,
    environment: claim.scope.environment,
    workload: claim.workload.name,
    projectName,
    hosts: spec === undefined ? shown.hosts : ports.hosts(claim, projectName),
    access,
    timeoutSeconds,
    maxBodyMiB,
    protocol,
    sticky,
    upstreams,
    changedAt: now,
  };
}

/** For each unit whose new plan could not be made: the sentence why. */
async function replans(ports: ReconcilePorts, claim: Claim, actions: readonly Action[]) {
  const refusals: { readonly units: readonly string[]; readonly because: string }[] = [];
  for (const action of actions) {
    if (action.do !== "replan") continue;
    const because = await ports.replan(claim, action.request, action.because);
    if (because !== undefined) refusals.push({ units: action.request.units, because });
  }
  return refusals;
}

function closing(
  ports: ReconcilePorts,
  world: World,
  decision: Decision,
  outcomes: readonly Pick<Progress, "units" | "observations" | "events">[],
  refusals: Awaited<ReturnType<typeof replans>>,
): Progress {
  const now = ports.now();
  const held = refusals.flatMap(({ units, because }) =>
    units.map((id) => ({
      id,
      // Not a refusal of its place: after the pause that is tried again, for it may have room by then.
      setback: {
        kind: "unavailable" as const,
        message: because,
        attempts: 1,
        notBefore: now + NO_PLACE_PAUSE_MS,
      },
    })),
  );
  const changed = decision.actions.some((action) => action.do !== "destroy" && action.do !== "replan");
  const vanished = outcomes.some((outcome) => outcome.units?.some((unit) => unit.state === "gone"));
  return {
    now,
    // What went wrong before is forgotten once the unit serves: kept, it would fail or move it at the next small trouble.
    units: [
      ...curedUnits(world).map(({ unit }) => ({ id: unit.id, setback: null })),
      ...outcomes.flatMap((outcome) => outcome.units ?? []),
      ...held,
    ],
    observations: outcomes.flatMap((outcome) => outcome.observations ?? []),
    events: outcomes.flatMap((outcome) => outcome.events ?? []),
    dueAt: changed || vanished ? now : refusals.length > 0 ? now + NO_PLACE_PAUSE_MS : decision.wakeAt,
    release: true,
  };
}

type Written = Extract<Action, { do: "doom" | "shift" | "finish" | "fire" }>;

function eventOf(claim: Claim, action: Written, at: number): NewEvent {
  const generation = claim.plan.generation;
  switch (action.do) {
    case "doom":
      return event(at, "unit.doomed", action.because, {
        generation,
        unit: action.unit.unit.name,
        place: action.unit.unit.place,
      });
    case "shift":
      return event(at, "traffic.shifted", action.because, {
        generation,
        upstreams: action.upstreams.map(({ unit, weight }) => ({ unit, weight })),
      });
    case "fire":
      return event(at, action.runFor === undefined ? "schedule.settled" : "run.begun", action.because, {
        generation,
        scheduled: new Date(action.scheduled.at).toISOString(),
      });
    case "finish":
      return event(at, `plan.${action.end.state}`, action.because, { generation, plan: claim.plan.id });
  }
}

const event = (
  at: number,
  type: string,
  message: string,
  data: Readonly<Record<string, unknown>>,
): NewEvent => ({
  at,
  type,
  actor: "berth",
  message,
  data,
});
