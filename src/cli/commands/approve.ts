import type { PlanView } from "../api.ts";
import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import type { Context, ExitCode } from "../context.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import { printable } from "../../render/printable.ts";
import type { ExceptionView } from "./exception.ts";

/** Drafting the plan anew asks every target for offers, ms. */
const APPROVE_TIMEOUT_MS = 60_000;

/** `berth approve` */
export const approve: Command = {
  name: "approve",
  summary: "agree to a held plan or an exception, never to your own",
  args: [{ name: "ID", required: true, summary: "of a plan, or of an exception" }],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  notes: [
    "Agrees to exactly the plan that is shown. If it would be another one by the time nothing else holds it, it is not committed and ends expired.",
  ],
  examples: [
    { line: "berth approve plan_7k2m", does: "shows what would happen, and asks" },
    { line: "berth approve plan_7k2m --yes", does: "without a question" },
    { line: "berth approve exc_4t9x", does: "an exception that somebody else asked for" },
  ],
  run: async (given, ctx) => {
    const id = required(given, "ID");
    return id.startsWith("exc_") ? approveException(given, ctx, id) : approvePlan(given, ctx, id);
  },
};

async function approvePlan(given: Given, ctx: Context, id: string): Promise<ExitCode> {
  const { confirm } = await import("../confirm.ts");
  const { connect } = await import("../connect.ts");
  const { heldText } = await import("../held-text.ts");
  const { printJson } = await import("../print-json.ts");
  const client = connect(given, ctx);
  const path = `/v1/plans/${encodeURIComponent(id)}`;
  const { body: seen } = await client.call<PlanView>({ method: "GET", path });
  ctx.stderr.write(heldText(seen));
  await confirm(ctx, given.on.has("yes"), `Approve ${id}?`);
  const { status, body } = await client.call<{ readonly plan: PlanView }>({
    method: "POST",
    path: `${path}/approve`,
    body: { hash: seen.hash },
    timeoutMs: APPROVE_TIMEOUT_MS,
  });
  const { plan } = body;
  if (given.on.has("json")) printJson(ctx, body);
  else if (status === 202)
    ctx.stdout.write(`approved: plan ${plan.generation} of ${plan.workload} (${plan.id})\n`);
  else ctx.stdout.write(`noted; ${printable(plan.stateReason ?? "it still waits")}\n`);
  if (status === 202) ctx.stderr.write(`how it goes:  berth status ${plan.workload}\n`);
  return 0;
}

async function approveException(given: Given, ctx: Context, id: string): Promise<ExitCode> {
  const { connect } = await import("../connect.ts");
  const { printJson } = await import("../print-json.ts");
  const { body } = await connect(given, ctx).call<ExceptionView>({
    method: "POST",
    path: `/v1/exceptions/${encodeURIComponent(id)}/approve`,
  });
  const agreed = body.approvals.map(({ actor }) => actor).join(", ");
  if (given.on.has("json")) printJson(ctx, body);
  else {
    const waits = body.stateReason === undefined ? "" : `; ${body.stateReason}`;
    ctx.stdout.write(`noted: ${agreed} agreed to ${id}${printable(waits)}\n`);
  }
  return 0;
}
