import type { DryRun } from "../api.ts";
import type { ChangeAnswer } from "../api-change.ts";
import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import type { Context, ExitCode } from "../context.ts";
import { BROKER_FLAGS, SPECS_FLAG } from "../flags.ts";
import { usage } from "../refusal.ts";
import type { SpecFile } from "../spec-file.ts";

/** Every target is asked for offers, ms. */
const PLAN_TIMEOUT_MS = 60_000;

/** `berth plan` */
export const plan: Command = {
  name: "plan",
  summary: "show what a deploy would do, and why; changes nothing",
  args: [],
  flags: [
    SPECS_FLAG,
    { name: "image", value: "IMAGE", summary: "instead of the spec's own" },
    { name: "policy", value: "FILE", summary: "what if this policy held; such a plan can never be deployed" },
    { name: "all", summary: "every ranked place instead of the first few" },
    ...BROKER_FLAGS,
  ],
  examples: [
    { line: "berth plan -f web.yaml", does: "the ranking, what was refused and why, and the price" },
    { line: "berth plan -f web.yaml -e staging --json", does: "the same for a program" },
    { line: "berth plan -f specs", does: "every spec of a folder, decided together" },
  ],
  run: async (given, ctx) => {
    const { readSpecs } = await import("../spec-files.ts");
    const files = await readSpecs(ctx, required(given, "file"), given.flags["image"]);
    const [only, second] = files;
    return only !== undefined && second === undefined
      ? planOne(given, ctx, only)
      : planTogether(given, ctx, files);
  },
};

async function planOne(given: Given, ctx: Context, file: SpecFile): Promise<ExitCode> {
  const { connect } = await import("../connect.ts");
  const { printJson } = await import("../print-json.ts");
  const { readDocument, withLines } = await import("../spec-file.ts");
  const { dryRunText } = await import("../dry-run-text.ts");
  const { widthOf } = await import("../width.ts");
  const policy = given.flags["policy"];
  const whatIf = policy === undefined ? {} : { policy: (await readDocument(ctx, policy)).document };
  const client = connect(given, ctx);
  const body = { spec: file.document, ...whatIf };
  const answer = await withLines(ctx, file, () =>
    client.call<DryRun>({ method: "POST", path: "/v1/plans", body, timeoutMs: PLAN_TIMEOUT_MS }),
  );
  if (given.on.has("json")) printJson(ctx, answer.body);
  else {
    ctx.stdout.write(dryRunText(answer.body, { width: widthOf(ctx.stdout), all: given.on.has("all") }));
    ctx.stderr.write(
      policy === undefined ? `\ndeploy exactly this:  berth deploy --plan ${answer.body.plan.id}\n` : "",
    );
  }
  return 0;
}

async function planTogether(given: Given, ctx: Context, files: readonly SpecFile[]): Promise<ExitCode> {
  const asked = `and ${required(given, "file")} holds ${files.length}`;
  if (given.flags["policy"] !== undefined)
    throw usage(
      `--policy asks what if of one spec, ${asked}`,
      "Ask of each:  berth plan -f FILE --policy FILE     or of all that runs:  berth policy simulate NAME -f FILE",
    );
  if (given.on.has("all"))
    throw usage(`--all ranks the places of one spec, ${asked}`, "Ask of each:  berth plan -f FILE --all");
  const { connect } = await import("../connect.ts");
  const { printJson } = await import("../print-json.ts");
  const { withLinesOf } = await import("../spec-files.ts");
  const { changeText } = await import("../change-text.ts");
  const { widthOf } = await import("../width.ts");
  const client = connect(given, ctx);
  const body = { specs: files.map(({ document }) => document), dryRun: true };
  const answer = await withLinesOf(ctx, files, () =>
    client.call<ChangeAnswer>({ method: "POST", path: "/v1/changes", body, timeoutMs: PLAN_TIMEOUT_MS }),
  );
  const { change } = answer.body;
  if (given.on.has("json")) printJson(ctx, answer.body);
  else {
    ctx.stdout.write(changeText(change, widthOf(ctx.stdout)));
    ctx.stderr.write(`\ndeploy exactly this:  berth deploy --change ${change.id}\n`);
  }
  return 0;
}
