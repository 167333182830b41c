import type { WorkloadView } from "../api.ts";
import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS, WAIT_FLAGS, YES_FLAG } from "../flags.ts";

/** `berth destroy` */
export const destroy: Command = {
  name: "destroy",
  summary: "stop a workload and remove everything it runs on",
  args: [{ name: "NAME", required: true, summary: "the workload" }],
  flags: [YES_FLAG, ...WAIT_FLAGS, ...BROKER_FLAGS],
  notes: [
    "Its history can still be read, for as long as the broker keeps history: plans, revisions, events.",
  ],
  examples: [
    { line: "berth destroy web", does: "asks first" },
    { line: "berth destroy web --yes", does: "for a pipeline, where nobody can answer" },
  ],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const { connect } = await import("../connect.ts");
    const { count } = await import("../figures.ts");
    const { placesWords } = await import("../../render/place-words.ts");
    const { runChange } = await import("../run-change.ts");
    const client = connect(given, ctx);
    const name = required(given, "NAME");
    const path = `/v1/workloads/${encodeURIComponent(name)}`;
    const { body } = await client.call<WorkloadView>({ method: "GET", path });
    const places = placesWords(body.units.map((unit) => unit.place));
    const where =
      body.units.length === 0 ? "which runs nowhere" : `${count(body.units.length, "unit")} on ${places}`;
    await confirm(ctx, given.on.has("yes"), `Remove ${name} from ${body.environment}, ${where}?`);
    return runChange({ client, ctx, given, name }, { method: "DELETE", path, query: { confirm: name } });
  },
};
