import type { WorkloadView } from "../api.ts";
import type { ChangeAnswer } from "../api-change.ts";
import type { Caller } from "../changer.ts";
import type { Command } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";

/** `berth status` */
export const status: Command = {
  name: "status",
  summary: "list the workloads, or show where one runs and at what price",
  args: [
    { name: "NAME", required: false, summary: "a workload, or the id of a change; left out, all workloads" },
  ],
  flags: BROKER_FLAGS,
  examples: [
    { line: "berth status", does: "every workload of the environment" },
    { line: "berth status web", does: "plan, address, units and what has happened to them" },
    { line: "berth status chg_7k2mabcdefghijklmnop", does: "how the plans of a change stand" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const caller = { client: connect(given, ctx), ctx, given };
    const name = given.args["NAME"];
    if (name === undefined) {
      const { listWorkloads } = await import("../list-workloads.ts");
      return listWorkloads(caller.client, given, ctx);
    }
    if (CHANGE_ID.test(name)) await showChange(caller, name);
    else await showWorkload(caller, name);
    return 0;
  },
};

/** Ids of changes begin so; no workload's name may hold an underscore. */
const CHANGE_ID = /^chg_/;

async function showWorkload({ client, ctx, given }: Caller, name: string): Promise<void> {
  const { printJson } = await import("../print-json.ts");
  const { statusText } = await import("../status-text.ts");
  const { widthOf } = await import("../width.ts");
  const path = `/v1/workloads/${encodeURIComponent(name)}`;
  const { body } = await client.call<WorkloadView>({ method: "GET", path });
  if (given.on.has("json")) printJson(ctx, body);
  else ctx.stdout.write(statusText(body, ctx.now(), widthOf(ctx.stdout)));
}

async function showChange({ client, ctx, given }: Caller, id: string): Promise<void> {
  const { printJson } = await import("../print-json.ts");
  const { changeStandText } = await import("../change-text.ts");
  const { widthOf } = await import("../width.ts");
  const path = `/v1/changes/${encodeURIComponent(id)}`;
  const { body } = await client.call<ChangeAnswer>({ method: "GET", path });
  if (given.on.has("json")) printJson(ctx, body);
  else ctx.stdout.write(changeStandText(body.change, widthOf(ctx.stdout)));
}
