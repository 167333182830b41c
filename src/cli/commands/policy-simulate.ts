import type { SimulationView } from "../api-simulation.ts";
import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import type { Context, ExitCode } from "../context.ts";
import { BROKER_FLAGS } from "../flags.ts";
import { usage } from "../refusal.ts";

/** Every target is asked for each workload, ms. */
const SIMULATE_TIMEOUT_MS = 60_000;

/** `berth policy simulate` */
export const policySimulate: Command = {
  name: "policy simulate",
  summary: "show what a policy or prices would move and cost",
  args: [{ name: "NAME", required: true, summary: "the policy, stored or not" }],
  flags: [
    { name: "file", short: "f", value: "FILE", summary: "the policy's document; default: as it is stored" },
    { name: "percent", value: "LIST", summary: "dearer or cheaper by percent: ecs=10,cloud-run=-5" },
    { name: "prices", value: "FILE", summary: "percent and rates as a document, for single prices" },
    { name: "over", value: "WHAT", summary: "fleet (default): what runs now; receipts: past placements" },
    { name: "environments", value: "LIST", summary: "only these, by commas; default all of the project" },
    { name: "workloads", value: "LIST", summary: "only these, by commas" },
    { name: "selector", value: "LIST", summary: "only with these labels: team=shop,tier=web" },
    { name: "limit", value: "N", summary: "at most so many; the answer says where to go on" },
    { name: "after", value: "CURSOR", summary: "go on where an earlier answer ended" },
    { name: "format", value: "FORM", summary: "text (default), markdown for a pull request, or json" },
    {
      name: "fail-on",
      value: "LIST",
      summary: "exit 1 if any of: moves, violations, unplaceable, incomplete",
    },
    ...BROKER_FLAGS,
  ],
  notes: [
    "Automation limits and cooldowns do not count here: it shows what the next plan of each workload would do.",
  ],
  examples: [
    {
      line: "berth policy simulate eu-only -f eu-only.yaml",
      does: "who would move, for how much, and who cannot",
    },
    {
      line: "berth policy simulate default --percent ecs=10",
      does: "what a dearer Fargate would cost, and what would leave it",
    },
    {
      line: "berth policy simulate eu-only -f eu-only.yaml --format markdown",
      does: "a comment for the pull request; --fail-on unplaceable also fails it",
    },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { simulateBody } = await import("../simulate-body.ts");
    const { withDocumentLines } = await import("../policy-document.ts");
    const form = formOf(given);
    const failOn = failuresOf(given);
    const { body, policy, prices } = await simulateBody(given, ctx);
    const name = encodeURIComponent(required(given, "NAME"));
    const files = [
      ...(policy === undefined ? [] : [{ ...policy, at: "/policy" }]),
      ...(prices === undefined ? [] : [{ ...prices, at: "/prices" }]),
    ];
    const answer = await withDocumentLines(files, () =>
      connect(given, ctx).call<SimulationView>({
        method: "POST",
        path: `/v1/policies/${name}/simulate`,
        body,
        timeoutMs: SIMULATE_TIMEOUT_MS,
      }),
    );
    await show(answer.body, form, ctx);
    return exitOf(answer.body, failOn);
  },
};

const FORMS = ["text", "markdown", "json"] as const;
type Form = (typeof FORMS)[number];

const FAILURES = {
  moves: (view: SimulationView) => view.totals.moves > 0,
  violations: (view: SimulationView) => view.totals.violations > 0,
  unplaceable: (view: SimulationView) => view.totals.unplaceable > 0,
  incomplete: (view: SimulationView) => !view.complete || view.missing.length > 0,
} as const;
type Failure = keyof typeof FAILURES;

function formOf(given: Given): Form {
  if (given.on.has("json")) return "json";
  const said = given.flags["format"] ?? "text";
  const form = FORMS.find((one) => one === said);
  if (form === undefined) throw usage(`--format ${said} is none of ${FORMS.join(", ")}`);
  return form;
}

function failuresOf(given: Given): readonly Failure[] {
  const known = Object.keys(FAILURES);
  return (given.flags["fail-on"] ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .map((word) => {
      if (isFailure(word)) return word;
      throw usage(`--fail-on ${word} is none of ${known.join(", ")}`);
    });
}

const isFailure = (word: string): word is Failure => Object.hasOwn(FAILURES, word);

async function show(view: SimulationView, form: Form, ctx: Context): Promise<void> {
  if (form === "json") return (await import("../print-json.ts")).printJson(ctx, view);
  if (form === "markdown") {
    const { simulationMarkdown } = await import("../render/simulation-markdown.ts");
    ctx.stdout.write(simulationMarkdown(view));
    return;
  }
  const { simulationText } = await import("../render/simulation.ts");
  const { widthOf } = await import("../width.ts");
  ctx.stdout.write(simulationText(view, widthOf(ctx.stdout)));
}

function exitOf(view: SimulationView, failOn: readonly Failure[]): ExitCode {
  return failOn.some((failure) => FAILURES[failure](view)) ? 1 : 0;
}
