import type { Command, Given } from "../command.ts";
import type { Client } from "../client.ts";
import { connect } from "../connect.ts";
import type { Context, ExitCode } from "../context.ts";
import { BROKER_FLAGS } from "../flags.ts";
import type { BudgetView } from "./budget.ts";

/** What providers' bills say beside it; absent where none was imported. */
interface Billed {
  readonly billedUsd?: string;
  readonly comparedUsd?: string;
}

interface Amounts extends Billed {
  readonly spentUsd: string;
  readonly expectedUsd: string;
  readonly lowUsd: string;
  readonly highUsd: string;
}

export interface ForecastView {
  readonly month: string;
  readonly how: string;
  readonly total: Amounts;
  readonly workloads: readonly (Amounts & { readonly key: string; readonly budgets: readonly string[] })[];
  readonly behindSince?: string;
}

interface GroupsView {
  readonly groupBy: string;
  readonly total: { readonly usd: string; readonly estimatedUsd: string };
  readonly groups: readonly (Billed & {
    readonly key: string;
    readonly usd: string;
    readonly listUsd: string;
    readonly estimatedUsd: string;
  })[];
  readonly next?: string;
}

interface Parts {
  readonly beforeUsd: string;
  readonly afterUsd: string;
  readonly changeUsd: string;
  readonly parts: Readonly<Record<string, string>>;
}

export interface ChangeView {
  readonly before: { readonly from: string; readonly to: string };
  readonly after: { readonly from: string; readonly to: string };
  readonly total: Parts;
  readonly workloads: readonly (Parts & { readonly workload: string })[];
  readonly omitted: number;
}

const PERIOD_FLAGS = [
  { name: "from", value: "DAY", summary: "first day, UTC; default the first of this month" },
  { name: "to", value: "DAY", summary: "the day after the last; default next month's first" },
];

/** `berth costs` */
export const costs: Command = {
  name: "costs",
  summary: "show what workloads cost this month, and will cost",
  args: [],
  flags: [
    {
      name: "by",
      value: "WHAT",
      summary: "day, workload, target, region, meter, label:KEY, ...",
    },
    ...PERIOD_FLAGS,
    { name: "format", value: "FORMAT", summary: "csv, or focus for FOCUS 1.2; on stdout" },
    ...BROKER_FLAGS,
  ],
  notes: [
    "--by takes day, project, environment, workload, target, provider, region, meter or label:KEY.",
    "BILLED and DRIFT are there where a bill was imported (berth costs import): the drift is what was billed less what was metered on the days that the bill covers.",
    "Without --by, --from, --to or --format it is this month's table with a forecast. -e limits it to one environment.",
  ],
  examples: [
    { line: "berth costs", does: "this month by workload: spent, forecast, budget" },
    { line: "berth costs --by label:team --from 2026-10-01 --to 2026-11-01", does: "October by team" },
    {
      line: "berth costs --format focus --from 2026-10-01 --to 2026-11-01",
      does: "every charge of October, to a file with > october.csv",
    },
  ],
  run: async (given, ctx) => {
    const client = connect(given, ctx);
    const asked = ["by", "from", "to", "format"].some((name) => given.flags[name] !== undefined);
    if (!asked) return thisMonth(client, given, ctx);
    const format = given.flags["format"] ?? "json";
    return format === "json" ? grouped(client, given, ctx) : file(client, given, ctx, format);
  },
};

async function thisMonth(client: Client, given: Given, ctx: Context): Promise<ExitCode> {
  const { printList } = await import("../print-list.ts");
  const { difference, dollars } = await import("../figures.ts");
  const { body } = await client.call<ForecastView>({ method: "GET", path: "/v1/costs/forecast" });
  const { body: known } = await client.call<{ readonly budgets: readonly BudgetView[] }>({
    method: "GET",
    path: "/v1/budgets",
  });
  const billed = billedColumns([body.total], { difference, dollars });
  const rowOf = (name: string, amounts: Amounts, budgets: readonly string[]) => [
    name,
    dollars(amounts.spentUsd),
    ...billed.cells(amounts),
    dollars(amounts.expectedUsd),
    `${dollars(amounts.lowUsd)} to ${dollars(amounts.highUsd)}`,
    budgets.map((budget) => budgetWords(budget, known.budgets)).join(", "),
  ];
  const rows = body.workloads.map((one) => rowOf(one.key, one, one.budgets));
  printList(ctx, given, body, {
    head: ["WORKLOAD", `SPENT IN ${body.month}`, ...billed.head, "BY ITS END", "BETWEEN", "BUDGET"],
    rows: rows.length > 1 ? [...rows, rowOf("all", body.total, [])] : rows,
    none: `nothing has cost anything in ${body.month}`,
  });
  if (given.on.has("json")) return 0;
  if (rows.length > 0) ctx.stderr.write(`${body.how}\n`);
  if (body.behindSince !== undefined)
    ctx.stderr.write(`the meter is behind since ${body.behindSince}: amounts may be too low\n`);
  return 0;
}

async function grouped(client: Client, given: Given, ctx: Context): Promise<ExitCode> {
  const { printList } = await import("../print-list.ts");
  const { difference, dollars } = await import("../figures.ts");
  const query = queryOf(given);
  const { body } = await client.call<GroupsView>({ method: "GET", path: "/v1/costs", query });
  const billed = billedColumns(body.groups, { difference, dollars });
  printList(ctx, given, body, {
    head: [body.groupBy.toUpperCase(), "COST", ...billed.head, "AT LIST PRICE", "OF IT ESTIMATED"],
    rows: body.groups.map(({ key, usd, listUsd, estimatedUsd, ...bill }) => [
      key,
      dollars(usd),
      ...billed.cells(bill),
      ...[listUsd, estimatedUsd].map(dollars),
    ]),
    none: "nothing has cost anything in that time",
  });
  if (body.next !== undefined && !given.on.has("json"))
    ctx.stderr.write("there are more groups: ask for fewer days, or take them all with --format csv\n");
  return 0;
}

interface Figures {
  readonly dollars: (usd: string) => string;
  readonly difference: (fromUsd: string, toUsd: string) => string;
}

// There only where a bill was imported. The drift is against what was metered where and when the bill says something.
function billedColumns(rows: readonly Billed[], { difference, dollars }: Figures) {
  const some = rows.some(({ billedUsd }) => billedUsd !== undefined);
  return {
    head: some ? ["BILLED", "DRIFT"] : [],
    cells: ({ billedUsd, comparedUsd = "0" }: Billed): readonly string[] => {
      if (!some) return [];
      return billedUsd === undefined ? ["", ""] : [dollars(billedUsd), difference(comparedUsd, billedUsd)];
    },
  };
}

async function file(client: Client, given: Given, ctx: Context, format: string): Promise<ExitCode> {
  const query = { ...queryOf(given), format };
  const stream = await client.stream({ method: "GET", path: "/v1/costs", query, accept: "text/csv" });
  const decoder = new TextDecoder();
  for await (const chunk of stream) ctx.stdout.write(decoder.decode(chunk, { stream: true }));
  ctx.stdout.write(decoder.decode());
  return 0;
}

/** `berth costs explain` */
export const costsExplain: Command = {
  name: "costs explain",
  summary: "say why costs changed: price, usage, replicas, moves, new",
  args: [],
  flags: [
    ...PERIOD_FLAGS,
    { name: "before-from", value: "DAY", summary: "first day of the period to compare with" },
    {
      name: "before-to",
      value: "DAY",
      summary: "the day after its last; default as long, just before",
    },
    ...BROKER_FLAGS,
  ],
  examples: [
    {
      line: "berth costs explain --from 2026-11-15 --to 2026-11-22",
      does: "that week against the one before",
    },
  ],
  run: async (given, ctx) => {
    const { printList } = await import("../print-list.ts");
    const { difference, dollars } = await import("../figures.ts");
    const { groupBy: _groupBy, ...period } = queryOf(given);
    const query = { ...period, beforeFrom: given.flags["before-from"], beforeTo: given.flags["before-to"] };
    const { body } = await connect(given, ctx).call<ChangeView>({
      method: "GET",
      path: "/v1/costs/explain",
      query,
    });
    const rowOf = (name: string, { beforeUsd, afterUsd, parts }: Parts) => [
      name,
      dollars(beforeUsd),
      dollars(afterUsd),
      difference(beforeUsd, afterUsd),
      Object.entries(parts)
        .filter(([, usd]) => usd !== "0")
        .map(([part, usd]) => `${part.replace(/Usd$/, "")} ${difference("0", usd)}`)
        .join(", "),
    ];
    const rows = body.workloads.map((one) => rowOf(one.workload, one));
    printList(ctx, given, body, {
      head: ["WORKLOAD", "BEFORE", "AFTER", "CHANGE", "BECAUSE OF"],
      rows: rows.length > 1 ? [...rows, rowOf("all", body.total)] : rows,
      none: "nothing has cost anything in either period",
    });
    if (!given.on.has("json"))
      ctx.stderr.write(
        `${body.before.from} to ${body.before.to}, against ${body.after.from} to ${body.after.to} (UTC)\n`,
      );
    return 0;
  },
};

const queryOf = (given: Given) => ({
  groupBy: given.flags["by"],
  from: given.flags["from"],
  to: given.flags["to"],
});

function budgetWords(name: string, budgets: readonly BudgetView[]): string {
  const budget = budgets.find((one) => one.name === name);
  return budget === undefined ? name : `${name} ${budget.spentPercent} %`;
}
