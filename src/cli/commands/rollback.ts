import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS, EMERGENCY_FLAG, emergencyIn, WAIT_FLAGS } from "../flags.ts";

/** `berth rollback` */
export const rollback: Command = {
  name: "rollback",
  summary: "serve an earlier revision again",
  args: [{ name: "NAME", required: true, summary: "the workload" }],
  flags: [
    { name: "revision", value: "N", summary: "its number or hash; default the one before the current" },
    EMERGENCY_FLAG,
    ...WAIT_FLAGS,
    ...BROKER_FLAGS,
  ],
  examples: [
    { line: "berth rollback web", does: "back to the revision before the current one" },
    { line: "berth rollback web --revision 12", does: "back to revision 12" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { runChange } = await import("../run-change.ts");
    const client = connect(given, ctx);
    const name = required(given, "NAME");
    const revision = given.flags["revision"];
    const body = { ...(revision === undefined ? {} : { revision }), ...emergencyIn(given) };
    const path = `/v1/workloads/${encodeURIComponent(name)}/rollback`;
    return runChange({ client, ctx, given, name }, { method: "POST", path, body });
  },
};
