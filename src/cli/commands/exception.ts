import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import { connect } from "../connect.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";

export interface ExceptionView {
  readonly id: string;
  readonly rule: string;
  readonly select: { readonly environments?: readonly string[]; readonly workloads?: readonly string[] };
  readonly reason: string;
  readonly until: string;
  readonly state: "waiting" | "standing" | "ended";
  readonly stateReason?: string;
  readonly missingApprovals?: number;
  readonly requester: string;
  readonly approvals: readonly { readonly actor: string; readonly at: string }[];
  readonly warnings?: readonly string[];
}

/** `berth exception add` */
export const exceptionAdd: Command = {
  name: "exception add",
  summary: "lift a rule or freeze from workloads for some days",
  args: [{ name: "RULE", required: true, summary: "name of the rule or freeze" }],
  flags: [
    { name: "days", value: "N", required: true, summary: "how long; it lapses by itself" },
    { name: "reason", value: "TEXT", required: true, summary: "for whoever finds it" },
    { name: "environments", value: "LIST", summary: "only these, by commas; default all of the project" },
    { name: "workloads", value: "LIST", summary: "only these, by commas; default all" },
    ...BROKER_FLAGS,
  ],
  notes: [
    "Where the rule asks for approvals, it counts once so many others have said berth approve ID. A rule of the instance needs its administrator among them.",
  ],
  examples: [
    {
      line: "berth exception add own-registry --workloads web --days 14 --reason mirror",
      does: "for one workload, for two weeks",
    },
  ],
  run: async (given, ctx) => {
    const { daysFrom } = await import("../days-from.ts");
    const { printJson } = await import("../print-json.ts");
    const { body } = await connect(given, ctx).call<ExceptionView>({
      method: "POST",
      path: "/v1/exceptions",
      body: {
        rule: required(given, "RULE"),
        select: { ...listed(given, "environments"), ...listed(given, "workloads") },
        reason: required(given, "reason"),
        until: daysFrom(required(given, "days"), ctx.now()),
      },
    });
    if (given.on.has("json")) printJson(ctx, body);
    else {
      const { printable } = await import("../../render/printable.ts");
      ctx.stdout.write(`${body.id}\n`);
      for (const warning of body.warnings ?? []) ctx.stderr.write(`! ${printable(warning)}\n`);
      const waits = body.stateReason === undefined ? "" : `${printable(body.stateReason)}\n`;
      ctx.stderr.write(`${waits}until ${body.until} · where others must agree:  berth approve ${body.id}\n`);
    }
    return 0;
  },
};

/** `berth exception list` */
export const exceptionList: Command = {
  name: "exception list",
  summary: "list exceptions, who asked for them and who agreed",
  args: [],
  flags: [{ name: "all", summary: "those that have ended, too" }, ...BROKER_FLAGS],
  examples: [{ line: "berth exception list", does: "those that stand, the latest end first" }],
  run: async (given, ctx) => {
    const { printList } = await import("../print-list.ts");
    const { body } = await connect(given, ctx).call<{ readonly exceptions: readonly ExceptionView[] }>({
      method: "GET",
      path: "/v1/exceptions",
      query: given.on.has("all") ? { all: "true" } : {},
    });
    const rows = body.exceptions.map((exception) => [
      exception.id,
      exception.rule,
      standsWords(exception),
      [exception.requester, ...exception.approvals.map(({ actor }) => actor)].join(", "),
      `${forWhat(exception.select)}: ${exception.reason}`,
    ]);
    const head = ["ID", "RULE", "STANDS", "BY", "FOR"];
    printList(ctx, given, body, { head, rows, none: "there is no exception" });
    return 0;
  },
};

/** `berth exception end` */
export const exceptionEnd: Command = {
  name: "exception end",
  summary: "end an exception early; the rule counts again at once",
  args: [{ name: "ID", required: true, summary: "as in berth exception list" }],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  examples: [{ line: "berth exception end exc_4t9x --yes", does: "without a question" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const id = required(given, "ID");
    const client = connect(given, ctx);
    await confirm(ctx, given.on.has("yes"), `End ${id}?`);
    await client.call({ method: "DELETE", path: `/v1/exceptions/${encodeURIComponent(id)}` });
    if (!given.on.has("json")) ctx.stdout.write(`${id} has ended\n`);
    return 0;
  },
};

function standsWords({ state, until, missingApprovals = 1 }: ExceptionView): string {
  if (state === "ended") return "ended";
  return state === "waiting" ? `waits for ${missingApprovals} to agree` : `until ${until.slice(0, 10)}`;
}

function listed(given: Given, name: "environments" | "workloads") {
  const text = given.flags[name];
  return text === undefined ? {} : { [name]: text.split(",").map((word) => word.trim()) };
}

function forWhat({ environments, workloads }: ExceptionView["select"]): string {
  const parts = [workloads?.join(", "), environments?.join(", ")].filter((part) => part !== undefined);
  return parts.length === 0 ? "the whole project" : parts.join(" in ");
}
