import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS } from "../flags.ts";
import { usage } from "../refusal.ts";
import type { RunView, RunWithAttempts } from "../run-text.ts";

/** `berth runs` */
export const runs: Command = {
  name: "runs",
  summary: "show the runs of a job, or one with each of its tries",
  args: [
    { name: "NAME", required: true, summary: "the job" },
    { name: "ID", required: false, summary: "one run of it" },
  ],
  flags: [
    { name: "wait", summary: "wait for its end; the exit code is 0 only if it succeeds" },
    { name: "stop", summary: "end it early; no further try begins" },
    { name: "reason", value: "TEXT", summary: "why it is stopped" },
    { name: "timeout", value: "SECONDS", summary: "stop waiting after this long; default 1200" },
    ...BROKER_FLAGS,
  ],
  examples: [
    { line: "berth runs report", does: "the newest 20" },
    { line: "berth runs report run_k3v7...", does: "its tries, exit codes and last lines" },
    { line: "berth runs report run_k3v7... --stop", does: "ends it" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { printList } = await import("../print-list.ts");
    const { runRow, runText } = await import("../run-text.ts");
    const { widthOf } = await import("../width.ts");
    const client = connect(given, ctx);
    const name = required(given, "NAME");
    const id = given.args["ID"];
    const path = `/v1/workloads/${encodeURIComponent(name)}/runs`;
    if (id === undefined) {
      if (given.on.has("stop") || given.on.has("wait"))
        throw usage("say which run", `All of them:  berth runs ${name}`);
      const { body } = await client.call<{ readonly runs: readonly RunView[] }>({ method: "GET", path });
      const rows = body.runs.map((run) => runRow(run, ctx.now()));
      const none = `${name} has had no run yet: berth run ${name}`;
      printList(ctx, given, body, { head: ["RUN", "STATE", "BEGUN", "TOOK", "WHY"], rows, none });
      return 0;
    }
    const one = `${path}/${encodeURIComponent(id)}`;
    if (given.on.has("stop")) {
      const reason = given.flags["reason"];
      const stop = reason === undefined ? {} : { reason };
      await client.call({ method: "POST", path: `${one}/stop`, body: stop });
    }
    if (given.on.has("wait")) {
      const { reportRun } = await import("../report-run.ts");
      const { timeoutMs } = await import("../timeout.ts");
      return reportRun({ client, ctx, given, run: { id, workload: name } }, timeoutMs(given));
    }
    const { body } = await client.call<RunWithAttempts>({ method: "GET", path: one });
    if (given.on.has("json")) printJson(ctx, body);
    else ctx.stdout.write(runText(body, ctx.now(), widthOf(ctx.stdout)));
    return 0;
  },
};
