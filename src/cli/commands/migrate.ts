import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS, EMERGENCY_FLAG, emergencyIn, WAIT_FLAGS, YES_FLAG } from "../flags.ts";

/** `berth migrate` */
export const migrate: Command = {
  name: "migrate",
  summary: "move a workload to another place without a failed request",
  args: [{ name: "NAME", required: true, summary: "the workload" }],
  flags: [
    {
      name: "to",
      value: "PLACE",
      required: true,
      summary: "a target, a cloud, a region, or one of the first two with /REGION",
    },
    { name: "reason", value: "TEXT", summary: "kept with the pin that this leaves" },
    EMERGENCY_FLAG,
    YES_FLAG,
    ...WAIT_FLAGS,
    ...BROKER_FLAGS,
  ],
  notes: [
    "The new place serves before the old one goes, and the address stays. A pin is left behind, so that the next deploy does not move it back.",
  ],
  examples: [
    { line: "berth migrate web --to aws", does: "shows both prices and asks first" },
    {
      line: "berth migrate web --to home --reason 'spare capacity' --yes",
      does: "to the target home, without a question",
    },
    { line: "berth migrate web --to aws/eu-west-1", does: "to one region of a cloud" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { confirm } = await import("../confirm.ts");
    const { previewMove, previewText } = await import("../preview-move.ts");
    const { widthOf } = await import("../width.ts");
    const { resolvePlace } = await import("../resolve-place.ts");
    const { runChange } = await import("../run-change.ts");
    const client = connect(given, ctx);
    const name = required(given, "NAME");
    const to = await resolvePlace(client, required(given, "to"));
    if (!given.on.has("yes")) {
      ctx.stderr.write(previewText(await previewMove(client, name, to), widthOf(ctx.stderr)));
      await confirm(ctx, false, "Continue?");
    }
    const reason = given.flags["reason"];
    const body = { to, ...(reason === undefined ? {} : { reason }), ...emergencyIn(given) };
    const path = `/v1/workloads/${encodeURIComponent(name)}/migrate`;
    return runChange({ client, ctx, given, name }, { method: "POST", path, body });
  },
};
