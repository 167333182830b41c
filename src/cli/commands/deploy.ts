import type { PlanView } from "../api.ts";
import type { Command } from "../command.ts";
import { required, type Given } from "../command.ts";
import type { Context, ExitCode } from "../context.ts";
import { BROKER_FLAGS, EMERGENCY_FLAG, emergencyIn, FILE_FLAG, WAIT_FLAGS } from "../flags.ts";
import { usage } from "../refusal.ts";

/** `berth deploy` */
export const deploy: Command = {
  name: "deploy",
  summary: "create or change a workload, and wait until it serves",
  args: [],
  flags: [
    { ...FILE_FLAG, required: false },
    {
      name: "plan",
      value: "ID",
      summary: "instead of a file: exactly what berth plan has shown, or a refusal",
    },
    { name: "image", value: "IMAGE", summary: "instead of the spec's own" },
    {
      name: "source-from-env",
      summary: "record commit and run from GitHub Actions or GitLab CI; an older run is refused",
    },
    { name: "redeploy", summary: "start everything anew although nothing has changed" },
    EMERGENCY_FLAG,
    ...WAIT_FLAGS,
    ...BROKER_FLAGS,
  ],
  notes: [
    "The new revision starts beside the old one; traffic moves when it serves. If it does not, the old one keeps serving, the plan ends rolled back, and its last log lines are shown.",
  ],
  examples: [
    {
      line: "berth deploy -f web.yaml",
      does: "exit status 0 once every request is answered by this revision",
    },
    {
      line: "berth deploy -f web.yaml --image ghcr.io/acme/web:$SHA --source-from-env",
      does: "in a pipeline",
    },
    {
      line: "berth deploy -f web.yaml -e staging --no-wait",
      does: "in another environment, without waiting",
    },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { runChange } = await import("../run-change.ts");
    const planned = given.flags["plan"];
    if (planned !== undefined) return deployPlan(given, ctx, planned);
    if (given.flags["file"] === undefined)
      throw usage("berth deploy needs -f FILE or --plan ID", "More:  berth deploy --help");
    const { readSpecFile, withLines } = await import("../spec-file.ts");
    const { sourceFromEnv } = await import("../source-from-env.ts");
    const file = await readSpecFile(ctx, required(given, "file"), given.flags["image"]);
    const { name } = file.spec;
    const body = {
      spec: file.document,
      ...(given.on.has("source-from-env") ? { source: sourceFromEnv(ctx.settings.variables) } : {}),
      ...(given.on.has("redeploy") ? { redeploy: true } : {}),
      ...emergencyIn(given),
    };
    const path = `/v1/workloads/${encodeURIComponent(name)}`;
    return withLines(ctx, file, () =>
      runChange({ client: connect(given, ctx), ctx, given, name }, { method: "PUT", path, body }),
    );
  },
};

async function deployPlan(given: Given, ctx: Context, id: string): Promise<ExitCode> {
  const { connect } = await import("../connect.ts");
  const { runChange } = await import("../run-change.ts");
  const wrong = ["file", "image"].find((name) => given.flags[name] !== undefined);
  if (wrong !== undefined) throw usage(`--plan deploys what was shown, so --${wrong} cannot change it`);
  const client = connect(given, ctx);
  const { body } = await client.call<PlanView>({
    method: "GET",
    path: `/v1/plans/${encodeURIComponent(id)}`,
  });
  const { workload } = body;
  const path = `/v1/workloads/${encodeURIComponent(workload)}`;
  return runChange(
    { client, ctx, given, name: workload },
    { method: "PUT", path, body: { plan: id, ...emergencyIn(given) } },
  );
}
