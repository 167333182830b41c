import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import { connect } from "../connect.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import type { LadderRung } from "../parse-ladder.ts";

export interface BudgetView {
  readonly name: string;
  readonly usdPerMonth: string;
  readonly select: {
    readonly environments?: readonly string[];
    readonly workloads?: Readonly<Record<string, string>>;
  };
  readonly ladder: readonly LadderRung[];
  readonly overrideUntil?: string;
  readonly version: number;
  readonly month: string;
  readonly spentUsd: string;
  readonly spentPercent: number;
  readonly spentKnown: boolean;
  readonly reservedUsd: string;
  readonly capUsd?: string;
  readonly blocksNew: boolean;
  readonly steps: readonly {
    readonly do: string;
    readonly atPercent: number;
    readonly actsAt: string;
    readonly actedAt?: string;
    readonly outcome?: string;
  }[];
}

const NAME = { name: "NAME", required: true, summary: "the budget" };
const pathOf = (name: string): string => `/v1/budgets/${encodeURIComponent(name)}`;

/** `berth budget set` */
export const budgetSet: Command = {
  name: "budget set",
  summary: "make a budget, or change what is named of one",
  args: [NAME],
  flags: [
    { name: "usd", value: "AMOUNT", summary: "USD a calendar month, UTC; needed for a new one" },
    { name: "environments", value: "LIST", summary: "only these; default all of the project" },
    { name: "labels", value: "LIST", summary: "only workloads with these: team=shop,tier=web" },
    {
      name: "ladder",
      value: "RUNGS",
      summary: "what to do at which percent; default warn@80,block-new@100",
    },
    { name: "override-until", value: "TIME", summary: "until then it only warns: 2026-11-30T06:00:00Z" },
    ...BROKER_FLAGS,
  ],
  notes: [
    "A rung is STEP@PERCENT, with +MINUTES of grace where you want some. Steps: warn, block-new, scale-down (to one replica), move (to a cheaper place policy allows), stop (no replica). The last three happen only when named, are announced before their grace ends, and are undone only by people.",
    "Deploys are refused above the share that says block-new. A ladder without it refuses none: it only acts on what was spent.",
    "What is not named stays as it is, but an override that is not said again ends.",
  ],
  examples: [
    {
      line: "berth budget set shop --usd 250 --labels team=shop",
      does: "warns at 80 %, holds what costs more at 100 %",
    },
    {
      line: "berth budget set tests --usd 40 --environments staging --ladder stop@100+30",
      does: "stops staging half an hour after that",
    },
    { line: "berth budget set shop --override-until 2026-11-30T06:00:00Z", does: "tonight it only warns" },
  ],
  run: async (given, ctx) => {
    const { printJson } = await import("../print-json.ts");
    const { ApiProblem } = await import("../api-problem.ts");
    const client = connect(given, ctx);
    const name = required(given, "NAME");
    const before = await client
      .call<BudgetView>({ method: "GET", path: pathOf(name) })
      .then(({ body }) => body)
      .catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status === 404) return undefined;
        throw error;
      });
    const { body } = await client.call<BudgetView>({
      method: "PUT",
      path: pathOf(name),
      body: await wanted(given, before),
    });
    if (given.on.has("json")) printJson(ctx, body);
    else ctx.stdout.write(`${body.name}: ${await words(body)}\n`);
    return 0;
  },
};

/** `berth budget list` */
export const budgetList: Command = {
  name: "budget list",
  summary: "list budgets: spent, reserved, and what each did this month",
  args: [],
  flags: BROKER_FLAGS,
  examples: [{ line: "berth budget list", does: "every budget of the project" }],
  run: async (given, ctx) => {
    const { printList } = await import("../print-list.ts");
    const { dollars } = await import("../figures.ts");
    const { body } = await connect(given, ctx).call<{ readonly budgets: readonly BudgetView[] }>({
      method: "GET",
      path: "/v1/budgets",
    });
    const rows = body.budgets.map((budget) => [
      budget.name,
      dollars(budget.usdPerMonth),
      budget.spentKnown ? `${dollars(budget.spentUsd)} (${budget.spentPercent} %)` : "not known now",
      dollars(budget.reservedUsd),
      stateOf(budget),
    ]);
    printList(ctx, given, body, {
      head: ["NAME", "A MONTH", "SPENT", "RESERVED", "THIS MONTH"],
      rows,
      none: "there is no budget. Make one:  berth budget set NAME --usd 250",
    });
    return 0;
  },
};

/** `berth budget delete` */
export const budgetDelete: Command = {
  name: "budget delete",
  summary: "delete a budget; what its ladder laid over workloads stays",
  args: [NAME],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  examples: [{ line: "berth budget delete shop --yes", does: "nothing is refused or held for it any more" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const name = required(given, "NAME");
    const client = connect(given, ctx);
    await confirm(ctx, given.on.has("yes"), `Delete the budget ${name}?`);
    await client.call({ method: "DELETE", path: pathOf(name) });
    if (!given.on.has("json")) ctx.stdout.write(`${name} is deleted\n`);
    return 0;
  },
};

async function wanted(given: Given, before: BudgetView | undefined) {
  const { usage } = await import("../refusal.ts");
  const { parseLadder } = await import("../parse-ladder.ts");
  const { parseLabels } = await import("../parse-labels.ts");
  const { usd, environments, labels, ladder, "override-until": overrideUntil } = given.flags;
  const usdPerMonth = usd ?? before?.usdPerMonth;
  if (usdPerMonth === undefined)
    throw usage("a new budget needs its amount: --usd AMOUNT", "For instance:  --usd 250");
  const select = {
    ...before?.select,
    ...(environments === undefined ? {} : { environments: environments.split(",").map((one) => one.trim()) }),
    ...(labels === undefined ? {} : { workloads: parseLabels(labels) }),
  };
  const rungs = ladder === undefined ? before?.ladder : parseLadder(ladder);
  return {
    usdPerMonth,
    select,
    ...(rungs === undefined ? {} : { ladder: rungs }),
    ...(overrideUntil === undefined ? {} : { overrideUntil }),
  };
}

async function words(budget: BudgetView): Promise<string> {
  const { dollars } = await import("../figures.ts");
  const ladder = budget.ladder.map((rung) => `${rung.do} at ${rung.atPercent} %`).join(", ");
  const reserved = `${dollars(budget.reservedUsd)} reserved`;
  const cap =
    budget.capUsd === undefined
      ? "it refuses no deploy, for its ladder has no block-new"
      : `deploys may reserve ${dollars(budget.capUsd)} at most`;
  return `${dollars(budget.usdPerMonth)} a month, ${dollars(budget.spentUsd)} spent, ${reserved}; ${ladder}; ${cap}`;
}

function stateOf(budget: BudgetView): string {
  const steps = budget.steps.map((step) =>
    step.actedAt === undefined ? `${step.do} at ${step.actsAt}` : `${step.do}: ${step.outcome ?? "done"}`,
  );
  const over = budget.overrideUntil === undefined ? [] : [`overridden until ${budget.overrideUntil}`];
  return [...over, ...steps].join("; ") || "nothing reached";
}
