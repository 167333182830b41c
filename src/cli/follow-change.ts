import type { PlanView, WorkloadView } from "./api.ts";
import type { ChangeAnswer, ChangeView } from "./api-change.ts";
import { ApiProblem } from "./api-problem.ts";
import type { Client } from "./client.ts";
import type { Context } from "./context.ts";
import { clockOf } from "./follow-plan.ts";
import { handOverWords } from "./hand-over.ts";
import { openProgress, type ProgressLine } from "./progress.ts";

/** One workload of a change as it was last seen. */
export interface Member {
  readonly plan: PlanView;
  /** What is in force now; read only of a plan that ended and is not ready. */
  readonly workload?: WorkloadView | undefined;
  /** Whether the broker went on with another plan, because a place was full. */
  readonly isHandedOn: boolean;
  /** Whether it was ready before anything was asked of it: nothing changes there. */
  readonly unchanged: boolean;
}

/** The workloads of a change as the API first tells of them. */
export function membersOf({ plans }: ChangeView): readonly Member[] {
  return plans.map((plan) => ({ plan, isHandedOn: false, unchanged: plan.state === "ready" }));
}

/** How following a change ended. `late`: the time was up, or the person left, before every plan had ended or waits. */
export interface FollowedChange {
  readonly late: boolean;
  readonly members: readonly Member[];
  /** The API's last answer about the change. */
  readonly answer: ChangeAnswer;
  /** Undefined where there was nothing to follow. */
  readonly tookMs: number | undefined;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Show the workloads of a change until each is ready, has ended otherwise or waits for somebody, or `timeoutMs` have passed. The broker
 * itself follows one that it handed on to another plan, because a place was full.
 */
export async function followChange(
  client: Client,
  ctx: Context,
  first: ChangeAnswer,
  timeoutMs: number,
): Promise<FollowedChange> {
  const startedAt = ctx.now();
  const progress = openProgress(ctx, nameWidthOf(first.change));
  let answer = first;
  let members = membersOf(first.change);
  const ended = (late: boolean) => ({ late, members, answer, tookMs: ctx.now() - startedAt });
  try {
    for (;;) {
      const looked = await lookUnlessLeft(client, ctx, answer.change.id, members);
      if (looked === undefined) return ended(true);
      ({ answer, members } = looked);
      progress.show(members.flatMap(lineOf), clockOf(ctx, longest(members)));
      if (!members.some(({ plan }) => isUnderWay(plan))) return ended(false);
      if (ctx.now() - startedAt >= timeoutMs) return ended(true);
      await ctx.sleep(LOOK_EVERY_MS, ctx.signal);
    }
  } finally {
    progress.close();
  }
}

interface Looked {
  readonly answer: ChangeAnswer;
  readonly members: readonly Member[];
}

// Ctrl-C breaks off whatever call is under way; that is no failure of the broker.
async function lookUnlessLeft(
  client: Client,
  ctx: Context,
  id: string,
  seen: readonly Member[],
): Promise<Looked | undefined> {
  if (ctx.signal.aborted) return undefined;
  try {
    const { body: answer } = await client.call<ChangeAnswer>({
      method: "GET",
      path: `/v1/changes/${encodeURIComponent(id)}`,
      patient: true,
    });
    const known = new Map(answer.change.plans.map((plan) => [plan.workload, plan]));
    const members: Member[] = [];
    for (const member of seen) members.push(await lookAt(client, member, known.get(member.plan.workload)));
    return { answer, members };
  } catch (error) {
    if (ctx.signal.aborted) return undefined;
    throw error;
  }
}

/** A workload by the plan that the change has for it now; what serves in place of one that ended is read once. */
async function lookAt(client: Client, before: Member, plan = before.plan): Promise<Member> {
  if (hasEnded(before.plan) && plan.id === before.plan.id) return before;
  const isHandedOn = before.isHandedOn || plan.id !== before.plan.id;
  if (!hasEnded(plan) || plan.state === "ready") return { ...before, plan, isHandedOn };
  return { ...before, plan, isHandedOn, workload: await readWorkload(client, plan.workload) };
}

async function readWorkload(client: Client, name: string): Promise<WorkloadView | undefined> {
  try {
    const path = `/v1/workloads/${encodeURIComponent(name)}`;
    return (await client.call<WorkloadView>({ method: "GET", path, patient: true })).body;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "not-found") return undefined;
    throw error;
  }
}

const hasEnded = ({ state }: PlanView): boolean =>
  state !== "pending" && state !== "progressing" && state !== "held";

/** Whether a plan goes on by itself while somebody looks; one that is held may wait for days. */
const isUnderWay = ({ state }: PlanView): boolean => state === "pending" || state === "progressing";

// What is held, and what changes nothing, was told when the change was made.
function lineOf({ plan, isHandedOn, unchanged }: Member): readonly ProgressLine[] {
  const { workload: name, state, stateReason } = plan;
  if (unchanged || state === "held") return [];
  if (state === "ready") return [{ name, state: "done", text: "ready" }];
  const text = stateReason === undefined ? state : `${state}: ${stateReason}`;
  if (!isUnderWay(plan)) return [{ name, state: "failed", text }];
  return [{ name, state: "active", text: isHandedOn ? `${text}, ${handOverWords(plan)}` : text }];
}

function longest(members: readonly Member[]): Pick<PlanView, "createdAt" | "deadlineAt"> {
  const plans = members.map(({ plan }) => plan);
  const active = plans.filter(isUnderWay);
  return (active.length === 0 ? plans : active).reduce((last, plan) =>
    plan.deadlineAt > last.deadlineAt ? plan : last,
  );
}

const LEAST_NAME_WIDTH = 8;
const nameWidthOf = ({ plans }: ChangeView): number =>
  plans.reduce((most, { workload }) => Math.max(most, workload.length), LEAST_NAME_WIDTH);
