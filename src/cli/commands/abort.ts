import type { PlanView } from "../api.ts";
import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";

/** `berth abort` */
export const abort: Command = {
  name: "abort",
  summary: "give up a plan that waits or is under way",
  args: [{ name: "PLAN", required: true, summary: "its id, as berth deploy printed it" }],
  flags: [{ name: "reason", value: "TEXT", summary: "kept with the plan" }, ...BROKER_FLAGS],
  notes: ["A plan under way goes back to the one before it, as a rollout does that fails."],
  examples: [{ line: "berth abort plan_7k2m --reason 'wrong image'", does: "what ran before runs on" }],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const id = required(given, "PLAN");
    const reason = given.flags["reason"];
    const { body } = await connect(given, ctx).call<{ readonly plan: PlanView }>({
      method: "POST",
      path: `/v1/plans/${encodeURIComponent(id)}/abort`,
      body: reason === undefined ? {} : { reason },
    });
    const { plan } = body;
    const done = plan.state === "aborted";
    if (given.on.has("json")) printJson(ctx, body);
    else
      ctx.stdout.write(
        done
          ? `aborted: plan ${plan.generation} of ${plan.workload}\n`
          : `going back: ${plan.workload} returns to the plan before it\n`,
      );
    if (!done) ctx.stderr.write(`how it goes:  berth status ${plan.workload}\n`);
    return 0;
  },
};
