import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import type { Client } from "../client.ts";
import { connect } from "../connect.ts";
import type { Context, ExitCode } from "../context.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import { Refusal, usage } from "../refusal.ts";
import type { BillSum } from "../bill/bill-sum.ts";
import { isoDay } from "../../domain/iso-day.ts";
import type { Sent } from "../bill/send-bill.ts";

/** What the broker says of a target's bills. */
export interface TargetBillsView {
  readonly target: string;
  readonly provider: string;
  readonly account?: string;
  readonly marks: Readonly<Record<string, string>>;
  readonly unitMark: string;
  readonly bills: readonly { readonly month: string; readonly importedAt: string }[];
}

/** A charge's day has ended this long ago before it is taken: providers add to bills for about a day (AWS, Data Exports; Azure, exports). */
const SETTLING_MS = 2 * 86_400_000;
const DAY_MS = 86_400_000;

/** `berth costs import` */
export const costsImport: Command = {
  name: "costs import",
  summary: "put a provider's bill beside what was metered",
  args: [{ name: "MORE", required: false, many: true, summary: "further files of the same bill" }],
  flags: [
    { name: "target", value: "NAME", required: true, summary: "the target whose account was billed" },
    {
      name: "file",
      short: "f",
      value: "FILE",
      required: true,
      summary: "the bill, FOCUS 1.0 or later as CSV, or packed with gzip; - reads standard input",
    },
    { name: "month", value: "MONTH", summary: "such as 2026-10, for files with several" },
    { name: "dry-run", summary: "only show what would be put in force" },
    YES_FLAG,
    ...BROKER_FLAGS,
  ],
  notes: [
    "Files are read where this runs, and only what this project's units cost is sent, by day. A month imported again takes the place of what was there: give all files of a bill at once.",
    "Charges are told by the tags berth-installation, berth-project and berth-unit. AWS puts tags into bills once they are activated as cost allocation tags.",
  ],
  examples: [
    {
      line: "berth costs import --target aws-main -f focus.csv.gz --dry-run",
      does: "what is in it, and what is not ours",
    },
    {
      line: "berth costs import --target aws-main -f part-1.csv.gz part-2.csv.gz --yes",
      does: "October's bill, in two files",
    },
  ],
  run: async (given, ctx) => {
    const { readBill } = await import("../bill/read-bill.ts");
    const client = connect(given, ctx);
    const target = required(given, "target");
    const asked = monthOf(given);
    const path = `/v1/costs/bills/${encodeURIComponent(target)}`;
    const { body: terms } = await client.call<TargetBillsView>({ method: "GET", path });
    const files = [required(given, "file"), given.args["MORE"], ...given.more].flatMap((file) => file ?? []);
    const sought = { ...terms, account: terms.account, settledBefore: ctx.now() - SETTLING_MS };
    const sum = await readBill(ctx, files, sought, asked);
    const { month, from, to } = daysOf(sum, target);
    const dryRun = given.on.has("dry-run");
    const id = ctx.newId();
    const sent = await sendLines(client, `${path}/${month}`, sum, { id, dryRun });
    await show(ctx, given, {
      sum,
      sent,
      title: `${target} · ${month} · ${from} to ${isoDay(Date.parse(to) - DAY_MS)}`,
    });
    if (dryRun) return finishDry(ctx, given, { target, month, from, to, sum, sent });
    const before = terms.bills.find((bill) => bill.month === month);
    const place = before === undefined ? "" : ` in place of the one of ${before.importedAt}`;
    const { confirm } = await import("../confirm.ts");
    await confirm(ctx, given.on.has("yes"), `Put this bill in force${place}?`);
    const body = { import: id, pages: sent.pages, rows: sent.kept, from, to };
    const { body: bill } = await client.call<Readonly<Record<string, unknown>>>({
      method: "PUT",
      path: `${path}/${month}`,
      body,
    });
    return finish(client, ctx, given, { bill, target, from, to, sum, sent });
  },
};

function monthOf(given: Given): string | undefined {
  const month = given.flags["month"];
  if (month === undefined || /^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) return month;
  throw usage(`${JSON.stringify(month)} is no month`, "Write it like 2026-10");
}

// A bill with holes would look as if less had been billed than was metered, so that what cannot be read stops the whole import.
function daysOf(sum: BillSum, target: string) {
  if (sum.wrong > 0)
    throw new Refusal(1, `${sum.wrong} of ${sum.rows} rows cannot be read, so nothing was changed`, {
      details: sum.firstWrong === undefined ? [] : [sum.firstWrong],
      next: "Export the bill again",
    });
  const [month, ...others] = sum.months;
  if (others.length > 0)
    throw usage(`the files have more than one month: ${sum.months.join(", ")}`, "Say which:  --month MONTH");
  if (month === undefined || sum.days === undefined)
    throw new Refusal(1, `there is no settled usage of ${target}'s account in ${sum.rows} rows`, {
      details: [...sum.passed].map(([why, { rows }]) => `  ${rows} rows: ${why}`),
      next: "Is it the bill of that account, and are its days at least two days old?",
    });
  return { month, from: isoDay(sum.days.first), to: isoDay(sum.days.last + DAY_MS) };
}

async function sendLines(
  client: Client,
  path: string,
  sum: BillSum,
  how: { readonly id: string; readonly dryRun: boolean },
): Promise<Sent> {
  const { sendBill } = await import("../bill/send-bill.ts");
  return sendBill(client, path, sum.lines, how);
}

interface Shown {
  readonly sum: BillSum;
  readonly sent: Sent;
}

async function show(ctx: Context, given: Given, { sum, sent, title }: Shown & { readonly title: string }) {
  if (given.on.has("json")) return;
  const { billTable } = await import("../bill/bill-table.ts");
  const { listText } = await import("../print-list.ts");
  const { widthOf } = await import("../width.ts");
  ctx.stdout.write(`${title}\n${listText(billTable(sum, sent), widthOf(ctx.stdout))}`);
}

interface Said extends Shown {
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

async function finishDry(
  ctx: Context,
  given: Given,
  said: Said & { readonly month: string },
): Promise<ExitCode> {
  const { target, month, from, to, sum, sent } = said;
  if (!given.on.has("json")) {
    ctx.stderr.write("dry run: nothing was changed\n");
    return 0;
  }
  const { printJson } = await import("../print-json.ts");
  const { billSummary } = await import("../bill/bill-table.ts");
  printJson(ctx, { dryRun: true, target, month, from, to, ...billSummary(sum, sent) });
  return 0;
}

interface DriftPage {
  readonly groups: readonly {
    readonly key: string;
    readonly billedUsd?: string;
    readonly comparedUsd?: string;
  }[];
}

async function finish(
  client: Client,
  ctx: Context,
  given: Given,
  { bill, target, from, to, sum, sent }: Said & { readonly bill: Readonly<Record<string, unknown>> },
): Promise<ExitCode> {
  if (given.on.has("json")) {
    const { printJson } = await import("../print-json.ts");
    const { billSummary } = await import("../bill/bill-table.ts");
    printJson(ctx, { ...bill, ...billSummary(sum, sent) });
    return 0;
  }
  const { difference, dollars } = await import("../figures.ts");
  const { body } = await client.call<DriftPage>({
    method: "GET",
    path: "/v1/costs",
    query: { groupBy: "target", from, to, limit: "1000" },
  });
  const { billedUsd = "0", comparedUsd = "0" } = body.groups.find(({ key }) => key === target) ?? {};
  ctx.stdout.write(
    `in force: billed ${dollars(billedUsd)}, metered ${dollars(comparedUsd)} on the same days, drift ${difference(comparedUsd, billedUsd)}\n`,
  );
  return 0;
}
