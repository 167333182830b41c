import type { PlanView } from "../api.ts";
import type { Command } from "../command.ts";
import { required, type Given } from "../command.ts";
import type { Context, ExitCode } from "../context.ts";
import { BROKER_FLAGS, EMERGENCY_FLAG, emergencyIn, SPECS_FLAG, WAIT_FLAGS } from "../flags.ts";
import { usage } from "../refusal.ts";

/** `berth deploy` */
export const deploy: Command = {
  name: "deploy",
  summary: "create or change workloads, and wait until they serve",
  args: [],
  flags: [
    { ...SPECS_FLAG, required: false },
    {
      name: "plan",
      value: "ID",
      summary: "instead of a file: exactly what berth plan has shown, or a refusal",
    },
    {
      name: "change",
      value: "ID",
      summary: "the same for several workloads that berth plan has shown together",
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
    "Several specs are one change: all of them have a place and may happen, or nothing is changed.",
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
    { line: "berth deploy -f specs", does: "every spec of a folder, decided together" },
  ],
  run: async (given, ctx) => {
    const shown = SHOWN.find((name) => given.flags[name] !== undefined);
    if (shown !== undefined) return deployShown(given, ctx, shown, required(given, shown));
    if (given.flags["file"] === undefined)
      throw usage("berth deploy needs -f FILE or --plan ID", "More:  berth deploy --help");
    const { connect } = await import("../connect.ts");
    const { readSpecs, withLinesOf } = await import("../spec-files.ts");
    const { sourceFromEnv } = await import("../source-from-env.ts");
    const files = await readSpecs(ctx, required(given, "file"), given.flags["image"]);
    const how = {
      ...(given.on.has("source-from-env") ? { source: sourceFromEnv(ctx.settings.variables) } : {}),
      ...(given.on.has("redeploy") ? { redeploy: true } : {}),
      ...emergencyIn(given),
    };
    const caller = { client: connect(given, ctx), ctx, given };
    return withLinesOf(ctx, files, async () => {
      const [only, second] = files;
      if (only !== undefined && second === undefined) {
        const { runChange } = await import("../run-change.ts");
        const { name } = only.spec;
        const body = { spec: only.document, ...how };
        return runChange({ ...caller, name }, { method: "PUT", path: pathOf(name), body });
      }
      const { runTogether } = await import("../run-together.ts");
      return runTogether(caller, { specs: files.map(({ document }) => document), ...how });
    });
  },
};

/** What `berth plan` has shown is named by one of these, and nothing can be changed in it. */
const SHOWN = ["plan", "change"] as const;
const CHANGED_BY = ["file", "image", "change", "source-from-env", "redeploy"] as const;

async function deployShown(
  given: Given,
  ctx: Context,
  kind: (typeof SHOWN)[number],
  id: string,
): Promise<ExitCode> {
  const said = (name: string) => name !== kind && (given.flags[name] !== undefined || given.on.has(name));
  const wrong = CHANGED_BY.find(said);
  if (wrong !== undefined) throw usage(`--${kind} deploys what was shown, so --${wrong} cannot change it`);
  const { connect } = await import("../connect.ts");
  const caller = { client: connect(given, ctx), ctx, given };
  if (kind === "change") {
    const { runTogether } = await import("../run-together.ts");
    return runTogether(caller, { change: id, ...emergencyIn(given) });
  }
  const { runChange } = await import("../run-change.ts");
  const path = `/v1/plans/${encodeURIComponent(id)}`;
  const { workload } = (await caller.client.call<PlanView>({ method: "GET", path })).body;
  const body = { plan: id, ...emergencyIn(given) };
  return runChange({ ...caller, name: workload }, { method: "PUT", path: pathOf(workload), body });
}

const pathOf = (name: string): string => `/v1/workloads/${encodeURIComponent(name)}`;
