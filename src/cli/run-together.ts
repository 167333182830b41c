import { announce, announceLines } from "./announce.ts";
import type { ChangeAnswer, ChangeView } from "./api-change.ts";
import type { Caller } from "./changer.ts";
import { changeTitle, changePrice } from "./change-words.ts";
import type { ExitCode } from "./context.ts";
import { followChange, membersOf } from "./follow-change.ts";
import { count } from "./figures.ts";
import { printJson } from "./print-json.ts";
import { reportChange } from "./report-change.ts";
import { CHANGE_TIMEOUT_MS } from "./run-change.ts";
import { timeoutMs } from "./timeout.ts";

/** Send plans that are decided together, say what they make, and follow them to their ends. The exit code tells how they ended. */
export async function runTogether(caller: Caller, body: unknown): Promise<ExitCode> {
  const { client, ctx, given } = caller;
  const waitMs = timeoutMs(given);
  const { status, body: answer } = await client.call<ChangeAnswer>({
    method: "POST",
    path: "/v1/changes",
    body,
    timeoutMs: CHANGE_TIMEOUT_MS,
  });
  const { change } = answer;
  announceChange(caller, change);
  if (given.on.has("no-wait")) return accepted(caller, answer, status === 200);
  if (change.plans.every(({ state }) => state === "ready")) return settled(caller, answer);
  const waits = change.plans.every(({ state }) => state === "ready" || state === "held");
  const followed = waits
    ? { late: false, members: membersOf(change), answer, tookMs: undefined }
    : await followChange(client, ctx, answer, waitMs);
  return reportChange(caller, followed);
}

function announceChange({ ctx }: Caller, change: ChangeView): void {
  announceLines(ctx, [["", [changeTitle(change), ...changePrice(change)].join(" · ")]]);
  for (const plan of change.plans) {
    const mood = plan.state === "held" ? "would" : plan.state === "ready" ? "unchanged" : "made";
    announce(ctx, plan, mood, plan.because);
  }
}

function accepted({ ctx, given }: Caller, answer: ChangeAnswer, unchanged: boolean): ExitCode {
  const { change } = answer;
  const said = `${unchanged ? "unchanged" : "accepted"}: ${count(change.plans.length, "workload")} (${change.id})`;
  if (given.on.has("json")) printJson(ctx, answer);
  else ctx.stdout.write(`${said}\n`);
  if (!unchanged) ctx.stderr.write(`how it goes:  berth status ${change.id}\n`);
  return 0;
}

function settled({ ctx, given }: Caller, answer: ChangeAnswer): ExitCode {
  const { change } = answer;
  if (given.on.has("json")) printJson(ctx, answer);
  else {
    const parts = ["ready already", count(change.plans.length, "workload"), ...changePrice(change)];
    ctx.stdout.write(`${parts.join(" · ")}\n`);
  }
  return 0;
}
