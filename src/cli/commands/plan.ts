import type { DryRun } from "../api.ts";
import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS, FILE_FLAG } from "../flags.ts";

/** Every target is asked for offers, ms. */
const PLAN_TIMEOUT_MS = 60_000;

/** `berth plan` */
export const plan: Command = {
  name: "plan",
  summary: "show what a deploy would do, and why; changes nothing",
  args: [],
  flags: [
    FILE_FLAG,
    { name: "image", value: "IMAGE", summary: "instead of the spec's own" },
    { name: "policy", value: "FILE", summary: "what if this policy held; such a plan can never be deployed" },
    { name: "all", summary: "every ranked place instead of the first few" },
    ...BROKER_FLAGS,
  ],
  examples: [
    { line: "berth plan -f web.yaml", does: "the ranking, what was refused and why, and the price" },
    { line: "berth plan -f web.yaml -e staging --json", does: "the same for a program" },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { readDocument, readSpecFile, withLines } = await import("../spec-file.ts");
    const { dryRunText } = await import("../dry-run-text.ts");
    const { widthOf } = await import("../width.ts");
    const file = await readSpecFile(ctx, required(given, "file"), given.flags["image"]);
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
  },
};
