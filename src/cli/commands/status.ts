import type { Command } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";
import type { WorkloadView } from "../api.ts";

/** `berth status` */
export const status: Command = {
  name: "status",
  summary: "list the workloads, or show where one runs and at what price",
  args: [{ name: "NAME", required: false, summary: "a workload; left out, all of them" }],
  flags: BROKER_FLAGS,
  examples: [
    { line: "berth status", does: "every workload of the environment" },
    { line: "berth status web", does: "plan, address, units and what has happened to them" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const client = connect(given, ctx);
    const name = given.args["NAME"];
    if (name === undefined) {
      const { listWorkloads } = await import("../list-workloads.ts");
      return listWorkloads(client, given, ctx);
    }
    const { printJson } = await import("../print-json.ts");
    const { statusText } = await import("../status-text.ts");
    const { widthOf } = await import("../width.ts");
    const path = `/v1/workloads/${encodeURIComponent(name)}`;
    const { body } = await client.call<WorkloadView>({ method: "GET", path });
    if (given.on.has("json")) printJson(ctx, body);
    else ctx.stdout.write(statusText(body, ctx.now(), widthOf(ctx.stdout)));
    return 0;
  },
};
