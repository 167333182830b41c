import { Fault } from "../domain/fault.ts";
import { newId } from "../domain/id.ts";
import { placeLabel } from "../domain/place.ts";
import type { Plan } from "../domain/plan.ts";
import { groupRejected } from "../policy/group-rejected.ts";
import { AUTOMATION } from "../policy/rules/facts.ts";
import { standOf } from "../policy/stand.ts";
import type { DueMove } from "../store/store.ts";
import { draftPlan, type Draft } from "./draft.ts";
import { documentInForce, readLineage, type Lineage } from "./lineage.ts";
import { NoPlacement } from "./no-placement.ts";
import { reasonWords } from "./note-violation.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";
import { reviewWorkload } from "./review-workload.ts";
import { submitDraft } from "./submit.ts";

const MINUTE_MS = 60_000;
/** The longest time between two tries; the first are a minute, two, four apart. */
const LONGEST_WAIT_MS = 60 * MINUTE_MS;
/** Most moves tried in one pass, and how long it goes on; the rest is the next one's. */
const MAX_A_PASS = 10;
const ACT_MS = 30_000;
/** How long one pass may keep other processes away, ms. Each move in it asks every target for offers. */
const LEASE_MS = 120_000;
/** Groups of reasons that an event keeps of a workload that no place can take. */
const MAX_GROUPS = 5;

/**
 * One pass over the workloads that run where their policy forbids it and says `whenViolated: move`, one process at a time: each gets a
 * plan as a migration does, which starts the new before it ends the old, and which automation limits, freezes, approvals and budgets
 * bind. What keeps it from moving is told once and tried again later. Gives how many were tried; with none due it writes nothing.
 */
export async function moveViolators(ports: Ports, owner: string): Promise<number> {
  const now = ports.now();
  if ((await ports.store.movesDue(now, 1)).length === 0) return 0;
  if (!(await ports.store.takeLease("policy-moves", owner, now, LEASE_MS))) return 0;
  let tried = 0;
  for (const due of await ports.store.movesDue(now, MAX_A_PASS)) {
    if (ports.now() >= now + ACT_MS) break;
    try {
      await tryMove(ports, due);
    } catch (error) {
      // One that fails in a way nobody foresaw must not keep the others where they may not be.
      ports.log("error", `${due.environment}/${due.workload} could not be moved: ${String(error)}`);
      await ports.store.putOffMove(due, nextTryAt(ports.now(), due.move.tries + 1));
    }
    tried += 1;
  }
  return tried;
}

/** When a move that has been tried so often is tried again, ms. */
export function nextTryAt(now: number, tries: number): number {
  return now + Math.min(MINUTE_MS * 2 ** Math.max(tries - 1, 0), LONGEST_WAIT_MS);
}

interface Move {
  readonly ports: Ports;
  readonly caller: Caller;
  readonly due: DueMove;
  readonly lineage: Lineage;
  readonly inForce: Plan;
}

async function tryMove(ports: Ports, due: DueMove): Promise<void> {
  const { environment, workload: name } = due;
  const project = await ports.store.project(due.project);
  if (project === undefined) return ports.store.putOffMove(due, ports.now() + LONGEST_WAIT_MS);
  const caller: Caller = { project, environment, actor: AUTOMATION };
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  const { inForce } = lineage;
  if (inForce?.id !== due.plan || inForce.trigger === "destroy") {
    await ports.store.clearViolation(scopeOf(caller), name);
    return;
  }
  const move: Move = { ports, caller, due, lineage, inForce };
  const waitMs = await waitsFor(move);
  if (waitMs !== undefined) return ports.store.putOffMove(due, ports.now() + waitMs);
  const id = newId("plan", ports.random);
  // Whoever counts the try makes it: a process whose lease has run out meanwhile begins nothing.
  if (!(await ports.store.beginMove(due, id, nextTryAt(ports.now(), due.move.tries + 1)))) return;
  try {
    await carryOut(move, await draftMove(move, id));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    await tellFault(move, error);
  }
}

/** How long it has to wait because something else comes first, ms. */
async function waitsFor(move: Move): Promise<number | undefined> {
  const { ports, caller, due, inForce } = move;
  if (inForce.state === "pending" || inForce.state === "progressing") return MINUTE_MS;
  const last = due.move.plan === undefined ? undefined : await ports.store.plan(due.project, due.move.plan);
  if (last?.state === "aborted") {
    const message = `plan ${last.id} would have moved it and was given up (${last.stateReason ?? "aborted"}): it stays until its policy or its plan is another`;
    await tell(move, last.id, message, { plan: last.id });
    return LONGEST_WAIT_MS;
  }
  const held = await ports.store.heldPlan(scopeOf(caller), due.workload);
  if (held === undefined) return undefined;
  // Its own has told what it waits for. Anybody else's would be superseded by a move.
  if (held.id !== due.move.plan)
    await tell(
      move,
      held.id,
      `plan ${held.id} (${held.trigger}) waits already, and a move would supersede it`,
      {
        plan: held.id,
      },
    );
  return LONGEST_WAIT_MS;
}

async function draftMove({ ports, caller, due, lineage }: Move, id: string): Promise<Draft> {
  const document = await documentInForce(ports.store, scopeOf(caller), lineage);
  return draftPlan(ports, caller, lineage, {
    ...(await readSpec(ports, caller, document, due.workload)),
    id,
    trigger: "policy",
    reason: `policy ${due.policy} (version ${due.version}) forbids ${placeLabel(due.place)}: ${reasonWords(due)}`,
    fresh: false,
    images: "in-force",
  });
}

// What the draft was decided from says whether it still has to move: nothing can have changed in between.
async function carryOut(move: Move, draft: Draft): Promise<void> {
  const { ports, caller, due, lineage, inForce } = move;
  const { decided, plan } = draft;
  const { layers = [] } = plan.explanation;
  const still = layers.some(({ name, version }) => name === due.policy && version === due.version);
  const stand =
    decided === undefined ? { state: "unknown" as const } : standOf(decided.decision, inForce.units);
  if (!still || stand.state !== "forbidden" || decided?.inputs.policy.whenViolated !== "move")
    return reviewWorkload(ports, caller, due.workload, due);
  if (Object.keys(plan.stops).length > 0)
    return tell(
      move,
      "stops",
      "its rollout stops the old before the new serves, and nothing is stopped because a rule changed: move it by hand with berth migrate, or let it roll out start-first",
    );
  await submitDraft(ports, caller, lineage, draft, { request: { fresh: false } });
}

/** Told by `submitDraft` itself, or no hindrance at all: somebody else was first, and the next try sees what they did. */
const TOLD: ReadonlySet<string> = new Set(["generation-conflict", "policy-denied", "conflict"]);

async function tellFault(move: Move, fault: Fault): Promise<void> {
  if (TOLD.has(fault.code)) return;
  const groups = fault instanceof NoPlacement ? groupRejected(fault.explanation.rejected) : [];
  const rejected = groups
    .slice(0, MAX_GROUPS)
    .map((group) => ({ offers: group.length, reasons: group[0]?.reasons ?? [] }));
  const data = { code: fault.code, ...(rejected.length === 0 ? {} : { rejected }) };
  await tell(move, fault.code, `${fault.message} It stays where it is, and is tried again`, data);
}

/** A hindrance, told once for each plan in force and version of the policy. */
async function tell(
  { ports, caller, due }: Move,
  why: string,
  message: string,
  data: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { policy, version, plan } = due;
  await ports.store.appendEventOnce(scopeOf(caller), due.workload, {
    at: ports.now(),
    type: "policy.not-moved",
    actor: AUTOMATION,
    message: `policy ${policy} (version ${version}) forbids where it runs, but it is not moved: ${message}`,
    data: { key: `${policy}:${version}:${plan}:${why}`, policy, version, ...data },
  });
}
