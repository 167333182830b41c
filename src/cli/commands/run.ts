import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";
import type { RunView } from "../run-text.ts";

/** `berth run` */
export const run: Command = {
  name: "run",
  summary: "run a job now",
  args: [{ name: "NAME", required: true, summary: "the job" }],
  flags: [
    { name: "reason", value: "TEXT", summary: "why, for whoever reads the list of runs" },
    { name: "wait", summary: "wait for its end; the exit code is 0 only if it succeeds" },
    {
      name: "timeout",
      value: "SECONDS",
      summary: "stop waiting after this long; default 1200. The run goes on",
    },
    ...BROKER_FLAGS,
  ],
  examples: [
    { line: "berth run report", does: "begins, and says under which id" },
    { line: "berth run report --wait", does: "in a pipeline: fails when the run does" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { timeoutMs } = await import("../timeout.ts");
    const waitMs = timeoutMs(given);
    const client = connect(given, ctx);
    const name = required(given, "NAME");
    const reason = given.flags["reason"];
    const { body } = await client.call<{ readonly run: RunView }>({
      method: "POST",
      path: `/v1/workloads/${encodeURIComponent(name)}/runs`,
      body: reason === undefined ? {} : { reason },
    });
    if (given.on.has("wait")) {
      const { reportRun } = await import("../report-run.ts");
      return reportRun({ client, ctx, given, run: body.run }, waitMs);
    }
    const { printJson } = await import("../print-json.ts");
    if (given.on.has("json")) printJson(ctx, body);
    else ctx.stdout.write(`begun: ${body.run.id} of ${name}\n`);
    ctx.stderr.write(`how it goes:  berth runs ${name} ${body.run.id}\n`);
    return 0;
  },
};
