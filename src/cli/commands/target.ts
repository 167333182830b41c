import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import { PRINT_FLAG } from "../print-trust.ts";
import { printable } from "../../render/printable.ts";

/** A target as the API shows it: these, and the fields of its kind. */
interface TargetView {
  readonly name: string;
  readonly kind: string;
  readonly owner: string;
  readonly version: number;
  readonly createdAt: string;
  readonly [field: string]: unknown;
}

interface CheckView {
  readonly target: string;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly verdict: "ok" | "refused" | "cannot be proved";
    readonly message: string;
  }[];
}

const NAME = { name: "NAME", required: true, summary: "the target" };
const pathOf = (name: string): string => `/v1/targets/${encodeURIComponent(name)}`;

/** `berth target list` */
export const targetList: Command = {
  name: "target list",
  summary: "list the connected places",
  args: [],
  flags: BROKER_FLAGS,
  examples: [{ line: "berth target list", does: "name, kind and what each one is set to" }],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printList } = await import("../print-list.ts");
    const { body } = await connect(given, ctx).call<{ readonly targets: readonly TargetView[] }>({
      method: "GET",
      path: "/v1/targets",
    });
    const rows = body.targets.map((target) => [target.name, target.kind, target.owner, settingsOf(target)]);
    printList(ctx, given, body, {
      head: ["NAME", "KIND", "OWNER", "SETTINGS"],
      rows,
      none: "no place is connected yet. Connect one:  berth target add agents --pool home",
    });
    return 0;
  },
};

/** `berth target check` */
export const targetCheck: Command = {
  name: "target check",
  summary: "ask a place what it can take and may do; creates nothing",
  args: [NAME],
  flags: BROKER_FLAGS,
  examples: [
    {
      line: "berth target check home",
      does: "each check with its sentence; exit status 1 if one is refused",
    },
  ],
  notes: ["? marks what the cloud has no way to ask without doing it; it counts as no failure."],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { printJson } = await import("../print-json.ts");
    const { body } = await connect(given, ctx).call<CheckView>({
      method: "POST",
      path: `${pathOf(required(given, "NAME"))}/check`,
    });
    if (given.on.has("json")) printJson(ctx, body);
    else {
      const width = Math.max(8, ...body.checks.map(({ name }) => name.length));
      for (const { name, verdict, message } of body.checks)
        ctx.stdout.write(`  ${SIGNS[verdict]} ${printable(name).padEnd(width)} ${printable(message)}\n`);
    }
    return body.ok ? 0 : 1;
  },
};

const SIGNS = { ok: "✔", refused: "✘", "cannot be proved": "?" } as const;

/** `berth target trust` */
export const targetTrust: Command = {
  name: "target trust",
  summary: "print what an account's owner applies to trust this target",
  args: [NAME],
  flags: [PRINT_FLAG, ...BROKER_FLAGS],
  examples: [{ line: "berth target trust prod --print terraform", does: "the trust and the permissions" }],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const { formatIn, printTrust, readTrust } = await import("../print-trust.ts");
    const format = formatIn(given.flags["print"]);
    const trust = await readTrust(connect(given, ctx), required(given, "NAME"));
    if (given.on.has("json")) (await import("../print-json.ts")).printJson(ctx, trust);
    else printTrust(ctx, trust, format);
    return 0;
  },
};

/** `berth target remove` */
export const targetRemove: Command = {
  name: "target remove",
  summary: "disconnect a place that nothing runs on any more",
  args: [NAME],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  examples: [{ line: "berth target remove staging --yes", does: "refused while units are still there" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const { connect } = await import("../connect.ts");
    const name = required(given, "NAME");
    const client = connect(given, ctx);
    await confirm(ctx, given.on.has("yes"), `Disconnect ${name}?`);
    await client.call({ method: "DELETE", path: pathOf(name) });
    if (!given.on.has("json")) ctx.stdout.write(`${name} is disconnected\n`);
    return 0;
  },
};

const COLUMNS_OF_THEIR_OWN: ReadonlySet<string> = new Set(["name", "kind", "owner", "version", "createdAt"]);

function settingsOf(target: TargetView): string {
  const own = Object.entries(target).filter(([key]) => !COLUMNS_OF_THEIR_OWN.has(key));
  return own
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}
