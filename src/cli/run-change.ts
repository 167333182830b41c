import type { Changer } from "./changer.ts";
import type { PlanView, WorkloadView } from "./api.ts";
import { ApiProblem } from "./api-problem.ts";
import type { ApiRequest } from "./client.ts";
import { announce } from "./announce.ts";
import type { ExitCode } from "./context.ts";
import { followPlan } from "./follow-plan.ts";
import { reportEnd } from "./report-end.ts";
import { printJson } from "./print-json.ts";
import { timeoutMs } from "./timeout.ts";
import { expectedWords } from "./expected-words.ts";
import { heldNext } from "./held-text.ts";
import { printable } from "../render/printable.ts";

/** Asking every target for offers and resolving the images may take this long, ms. */
export const CHANGE_TIMEOUT_MS = 60_000;

/** Send a change that makes a plan, say which, and follow it to its end. The exit code tells how it ended. */
export async function runChange(changer: Changer, request: ApiRequest): Promise<ExitCode> {
  const { client, ctx, given } = changer;
  const waitMs = timeoutMs(given);
  const before = await readBefore(changer);
  const { status, body } = await client.call<{ readonly plan: PlanView }>({
    timeoutMs: CHANGE_TIMEOUT_MS,
    ...request,
  });
  const { plan } = body;
  const unchanged = status === 200;
  announce(ctx, plan, plan.state === "held" ? "would" : unchanged ? "unchanged" : "made");
  if (plan.state === "held") return held(changer, body);
  if (given.on.has("no-wait")) return accepted(changer, body, unchanged);
  if (unchanged && plan.state === "ready") return settled(changer, body, before);
  const followed = await followPlan(client, ctx, plan, waitMs);
  return reportEnd(changer, followed, before);
}

/** The workload as it was, for what it cost and which plan serves if this one does not. */
async function readBefore({ client, name }: Changer): Promise<WorkloadView | undefined> {
  try {
    return (
      await client.call<WorkloadView>({ method: "GET", path: `/v1/workloads/${encodeURIComponent(name)}` })
    ).body;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "not-found") return undefined;
    throw error;
  }
}

// Whatever was asked about waiting: this ends when somebody else has a say, which may be days away.
function held({ ctx, given }: Changer, body: { readonly plan: PlanView }): ExitCode {
  const { plan } = body;
  if (given.on.has("json")) printJson(ctx, body);
  else ctx.stdout.write(`held: ${printable(plan.stateReason ?? "it waits")} (${plan.id})\n`);
  ctx.stderr.write(`\n${heldNext(plan)}\n`);
  return 3;
}

function accepted({ ctx, given }: Changer, body: { readonly plan: PlanView }, unchanged: boolean): ExitCode {
  const { plan } = body;
  if (given.on.has("json")) printJson(ctx, body);
  else
    ctx.stdout.write(
      `${unchanged ? "unchanged" : "accepted"}: plan ${plan.generation} of ${plan.workload} (${plan.id})\n`,
    );
  if (!unchanged) ctx.stderr.write(`how it goes:  berth status ${plan.workload}\n`);
  return 0;
}

function settled(
  { ctx, given }: Changer,
  body: { readonly plan: PlanView },
  before: WorkloadView | undefined,
): ExitCode {
  if (given.on.has("json")) printJson(ctx, body);
  else {
    const price = body.plan.price === undefined ? [] : [expectedWords(body.plan.price.expectedUsd)];
    const url = before?.url === undefined ? [] : [before.url];
    ctx.stdout.write(`${["ready already", ...url, ...price].join(" · ")}\n`);
  }
  return 0;
}
