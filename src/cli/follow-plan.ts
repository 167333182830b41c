import { ApiProblem } from "./api-problem.ts";
import type { PlanView, WorkloadView } from "./api.ts";
import type { Client } from "./client.ts";
import type { Context } from "./context.ts";
import { clock } from "./figures.ts";
import { handOverWords, successorOf } from "./hand-over.ts";
import { isRecord } from "./is-record.ts";
import { beginLook, lookAgain, type PlanLook } from "./look.ts";
import { openProgress, type Progress } from "./progress.ts";
import { stepsOf } from "./steps.ts";

/** How following a plan ended: it is ready, it ended otherwise (`problem` says how), or the time was up. */
export interface Followed {
  readonly end: "ready" | "ended" | "late";
  readonly plan: PlanView;
  /** The API's last answer about it, as it came. */
  readonly answer: unknown;
  readonly problem?: ApiProblem;
  readonly tookMs: number;
  /** Undefined once the workload is gone. */
  readonly workload: WorkloadView | undefined;
}

/** The longest one call waits, seconds; the API's own bound is 60 (DESIGN.md, HTTP contract). */
const WAIT_SECONDS = 30;
const WAIT_MARGIN_MS = 15_000;
const LOOK_EVERY_MS = 500;
/** A place that is full hands a deploy on to a new plan; after this many it is no longer followed. */
const MAX_HAND_OVERS = 20;

/**
 * Show a plan's steps until it is ready, has ended otherwise, or `timeoutMs` have passed. A plan that the broker replaced by
 * one of the same revision (its place was full) is followed on: it is still what the person asked for.
 */
export async function followPlan(
  client: Client,
  ctx: Context,
  first: PlanView,
  timeoutMs: number,
): Promise<Followed> {
  const startedAt = ctx.now();
  const following = { client, ctx, startedAt, endsAt: startedAt + timeoutMs };
  let plan = first;
  for (let handOver = 0; ; handOver++) {
    const followed = await followOne(following, plan);
    const superseded = followed.problem?.code === "plan-superseded" && handOver < MAX_HAND_OVERS;
    const successor = superseded ? successorOf(followed.plan, followed.workload) : undefined;
    if (successor === undefined) return followed;
    ctx.stderr.write(`  ${handOverWords(successor)}\n`);
    plan = successor;
  }
}

interface Following {
  readonly client: Client;
  readonly ctx: Context;
  readonly startedAt: number;
  readonly endsAt: number;
}

async function followOne(following: Following, plan: PlanView): Promise<Followed> {
  const progress = openProgress(following.ctx);
  const leave = new AbortController();
  try {
    return await untilEnded(following, plan, progress, leave.signal);
  } finally {
    leave.abort();
    progress.close();
  }
}

async function untilEnded(
  following: Following,
  plan: PlanView,
  progress: Progress,
  signal: AbortSignal,
): Promise<Followed> {
  const { client, ctx, startedAt, endsAt } = following;
  let look = beginLook(plan);
  const ended = (verdict: Verdict): Followed => ({
    ...verdict,
    tookMs: ctx.now() - startedAt,
    workload: look.workload,
  });
  let verdict = askVerdict(following, plan.id, signal);
  for (;;) {
    look = await lookUnlessLeft(client, ctx, look);
    progress.show(stepsOf(look), clockOf(ctx, plan));
    const answer = await Promise.race([verdict, pause(ctx, signal)]);
    if (ctx.signal.aborted) return ended({ end: "late", plan: look.plan, answer: look.plan });
    if (answer instanceof Error) throw answer;
    if (answer !== "not-yet" && answer !== "pause") {
      look = await lookUnlessLeft(client, ctx, { ...look, plan: answer.plan });
      progress.show(stepsOf(look), "");
      return ended(answer);
    }
    if (ctx.now() >= endsAt) return ended({ end: "late", plan: look.plan, answer: look.plan });
    if (answer === "not-yet") verdict = askVerdict(following, plan.id, signal);
  }
}

// Ctrl-C breaks off whatever call is under way; that is no failure of the broker.
async function lookUnlessLeft(client: Client, ctx: Context, look: PlanLook): Promise<PlanLook> {
  try {
    return await lookAgain(client, look);
  } catch (error) {
    if (ctx.signal.aborted) return look;
    throw error;
  }
}

type Verdict = Pick<Followed, "end" | "plan" | "answer" | "problem">;

// A value even for a failure: it may come while nobody is awaiting it.
async function askVerdict(
  following: Following,
  id: string,
  signal: AbortSignal,
): Promise<Verdict | "not-yet" | Error> {
  const { client, ctx, endsAt } = following;
  const seconds = Math.min(WAIT_SECONDS, Math.max(1, Math.ceil((endsAt - ctx.now()) / 1_000)));
  try {
    const { body } = await client.call<PlanView>({
      method: "GET",
      path: `/v1/plans/${encodeURIComponent(id)}`,
      query: { wait: "ready", timeoutSeconds: String(seconds) },
      timeoutMs: seconds * 1_000 + WAIT_MARGIN_MS,
      patient: true,
      signal,
    });
    return { end: "ready", plan: body, answer: body };
  } catch (error) {
    if (!(error instanceof ApiProblem)) return error instanceof Error ? error : new Error(String(error));
    if (error.code === "not-ready-yet") return "not-yet";
    const plan = planIn(error);
    return plan === undefined ? error : { end: "ended", plan, answer: error.document, problem: error };
  }
}

function planIn(problem: ApiProblem): PlanView | undefined {
  const plan = problem.document["plan"];
  return isPlan(plan) ? plan : undefined;
}

// Only the broker's own wait answers carry a plan, and always whole (`broker/wait.ts`).
function isPlan(value: unknown): value is PlanView {
  return isRecord(value) && typeof value["id"] === "string" && typeof value["generation"] === "number";
}

async function pause(ctx: Context, signal: AbortSignal): Promise<"pause"> {
  await ctx.sleep(LOOK_EVERY_MS, AbortSignal.any([ctx.signal, signal]));
  return "pause";
}

/** How long a plan has been under way, and how long it may be: `0:42 of 15:00`. */
export function clockOf(ctx: Pick<Context, "now">, plan: Pick<PlanView, "createdAt" | "deadlineAt">): string {
  const [from, to] = [Date.parse(plan.createdAt), Date.parse(plan.deadlineAt)];
  return `${clock(ctx.now() - from)} of ${clock(to - from)}`;
}
