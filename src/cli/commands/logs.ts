import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";

/** `berth logs` */
export const logs: Command = {
  name: "logs",
  summary: "print what a workload's containers write, wherever they run",
  args: [{ name: "NAME", required: true, summary: "the workload" }],
  flags: [
    { name: "follow", summary: "go on as lines come, until Ctrl-C" },
    { name: "run", value: "ID", summary: "of a job: what a run's last try writes" },
    { name: "try", value: "N", summary: "which try of that run" },
    { name: "tail", value: "LINES", summary: "how many from the end to begin with; default 100" },
    ...BROKER_FLAGS,
  ],
  examples: [
    { line: "berth logs web", does: "the last 100 lines" },
    { line: "berth logs web --follow --tail 0", does: "only what comes from now on" },
    { line: "berth logs web --json", does: "each line as JSON, with its time, stream, container and unit" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printLogs, tailOf } = await import("../print-logs.ts");
    const { run, try: attempt } = given.flags;
    const stream = await connect(given, ctx).stream({
      method: "GET",
      path: `/v1/workloads/${encodeURIComponent(required(given, "NAME"))}/logs`,
      query: {
        tail: tailOf(given.flags["tail"]),
        follow: given.on.has("follow") ? "true" : undefined,
        run,
        attempt,
      },
      accept: "application/x-ndjson",
    });
    await printLogs(ctx, stream, given.on.has("json"));
    return 0;
  },
};
