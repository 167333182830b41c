import type { EventView, PlanDocument } from "../api.ts";
import type { Client } from "../client.ts";
import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";

/** `berth explain` */
export const explain: Command = {
  name: "explain",
  summary: "say why a workload runs where it does, or how a plan went",
  args: [{ name: "NAME", required: true, summary: "a workload, or the id of a plan" }],
  flags: [{ name: "all", summary: "every ranked place instead of the first few" }, ...BROKER_FLAGS],
  examples: [
    { line: "berth explain web", does: "the ranking, the policy, overrides and what was refused" },
    { line: "berth explain plan_7k2mabcdefghijklmnop", does: "the same for one plan, and what was tried" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { explainText } = await import("../explain-text.ts");
    const { planIdOf } = await import("../plan-id.ts");
    const { widthOf } = await import("../width.ts");
    const client = connect(given, ctx);
    const id = await planIdOf(client, required(given, "NAME"));
    const { body } = await client.call<PlanDocument>({
      method: "GET",
      path: `/v1/plans/${encodeURIComponent(id)}`,
    });
    if (given.on.has("json")) {
      printJson(ctx, body);
      return 0;
    }
    const events = body.state === "proposed" ? [] : await eventsOf(client, body);
    ctx.stdout.write(explainText(body, events, { width: widthOf(ctx.stdout), all: given.on.has("all") }));
    return 0;
  },
};

async function eventsOf(client: Client, plan: PlanDocument): Promise<readonly EventView[]> {
  const { beginLook, lookAgain } = await import("../look.ts");
  return (await lookAgain(client, beginLook(plan))).events;
}
