import type { ReceiptView } from "../api.ts";
import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";

/** A receipt of thousands of offers is read whole, ms. */
const RECEIPT_TIMEOUT_MS = 60_000;

/** `berth replay` */
export const replay: Command = {
  name: "replay",
  summary: "decide a plan again from its receipt, and compare",
  args: [{ name: "NAME", required: true, summary: "the id of a plan, or a workload for the plan in force" }],
  flags: [...BROKER_FLAGS],
  examples: [
    {
      line: "berth replay plan_7k2mabcdefghijklmnop",
      does: "exit status 0 when it is identical, 1 with the first difference",
    },
  ],
  notes: [
    "The receipt is fetched with everything it names, each text is checked against its hash, and the decision is made again on this " +
      "machine: the broker is asked for nothing but what it once wrote down.",
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { planIdOf } = await import("../plan-id.ts");
    const { replayText, replayed } = await import("../replay-text.ts");
    const client = connect(given, ctx);
    const id = await planIdOf(client, required(given, "NAME"));
    const { body } = await client.call<ReceiptView>({
      method: "GET",
      path: `/v1/plans/${encodeURIComponent(id)}/receipt?texts=true`,
      timeoutMs: RECEIPT_TIMEOUT_MS,
    });
    const outcome = replayed(body);
    if (given.on.has("json")) printJson(ctx, outcome);
    else ctx.stdout.write(replayText(outcome));
    return outcome.identical ? 0 : 1;
  },
};
