import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import { connect } from "../connect.ts";
import type { Context } from "../context.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import { Refusal, usage } from "../refusal.ts";

export interface SecretView {
  readonly name: string;
  readonly environment: string;
  readonly version: number;
  readonly shared?: { readonly environments?: readonly string[]; readonly classes?: readonly string[] };
  readonly usedBy: readonly {
    readonly environment: string;
    readonly workload: string;
    readonly versions: readonly number[];
  }[];
  readonly updatedAt: string;
  readonly updatedBy: string;
}

const NAME = { name: "NAME", required: true, summary: "as the spec names it" };
const pathOf = (given: Given): string => `/v1/secrets/${encodeURIComponent(required(given, "NAME"))}`;

/** `berth secret set` */
export const secretSet: Command = {
  name: "secret set",
  summary: "keep a value for containers only; it is never shown again",
  args: [NAME],
  hushed: true,
  flags: [
    { name: "from-file", value: "FILE", summary: "the value is this file's text; default standard input" },
    { name: "share-with", value: "LIST", summary: "environments that may use it too, by commas" },
    { name: "share-class", value: "LIST", summary: "production, staging or preview, by commas" },
    { name: "unshare", summary: "share it with no other environment any more" },
    ...BROKER_FLAGS,
  ],
  notes: [
    "A value never stands on the command line, where process lists and histories show it. Of standard input the last line end is left out; a file is taken as it is.",
    "What runs goes on with the version it was deployed with: berth secret rollout NAME gives it the newest. With only a flag about sharing, no value is read.",
  ],
  examples: [
    { line: "printenv DATABASE_URL | berth secret set db-url", does: "from a pipe" },
    { line: "berth secret set tls-key --from-file key.pem", does: "from a file" },
    {
      line: "berth secret set db-url --share-class preview",
      does: "previews use it where they have none of their own",
    },
  ],
  run: async (given, ctx) => {
    const { printJson } = await import("../print-json.ts");
    const shared = shareOf(given);
    const value = await valueOf(given, ctx, shared !== undefined);
    const { body } = await connect(given, ctx).call<SecretView>({
      method: "PUT",
      path: pathOf(given),
      body: { ...(value === undefined ? {} : { value }), ...(shared === undefined ? {} : { shared }) },
    });
    if (given.on.has("json")) printJson(ctx, body);
    else ctx.stdout.write(`${body.name} is at version ${body.version} in ${body.environment}\n`);
    if (outdated(body).length > 0)
      ctx.stderr.write(
        `${outdated(body).join(", ")} run with an older version:  berth secret rollout ${body.name}\n`,
      );
    return 0;
  },
};

/** `berth secret list` */
export const secretList: Command = {
  name: "secret list",
  summary: "list secrets, their versions and who uses them",
  args: [],
  flags: BROKER_FLAGS,
  examples: [{ line: "berth secret list -e staging", does: "those of one environment" }],
  run: async (given, ctx) => {
    const { printList } = await import("../print-list.ts");
    const { body } = await connect(given, ctx).call<{ readonly secrets: readonly SecretView[] }>({
      method: "GET",
      path: "/v1/secrets",
    });
    const rows = body.secrets.map((secret) => [
      secret.name,
      String(secret.version),
      `${secret.updatedAt.slice(0, 16).replace("T", " ")} ${secret.updatedBy}`,
      [
        ...(secret.shared?.environments ?? []),
        ...(secret.shared?.classes ?? []).map((name) => `class ${name}`),
      ].join(", ") || "-",
      secret.usedBy
        .map(({ environment, workload, versions }) => `${environment}/${workload} @${versions.join(", @")}`)
        .join("; ") || "nothing",
    ]);
    printList(ctx, given, body, {
      head: ["NAME", "VERSION", "LAST CHANGED", "SHARED WITH", "USED BY"],
      rows,
      none: "there is no secret in this environment",
    });
    return 0;
  },
};

/** `berth secret delete` */
export const secretDelete: Command = {
  name: "secret delete",
  summary: "remove a secret with all its values",
  args: [NAME],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  notes: ["Refused while something runs that was deployed with it, or a target signs in with it."],
  examples: [{ line: "berth secret delete db-url --yes", does: "without a question" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const name = required(given, "NAME");
    const client = connect(given, ctx);
    await confirm(ctx, given.on.has("yes"), `Remove ${name} with all its values?`);
    await client.call({ method: "DELETE", path: pathOf(given) });
    if (!given.on.has("json")) ctx.stdout.write(`${name} is removed\n`);
    return 0;
  },
};

function shareOf(given: Given): SecretView["shared"] | null | undefined {
  const [environments, classes] = [listIn(given, "share-with"), listIn(given, "share-class")];
  const says = environments !== undefined || classes !== undefined;
  if (says && given.on.has("unshare"))
    throw usage("--unshare shares it with nobody: leave out --share-with and --share-class");
  if (given.on.has("unshare")) return null;
  if (!says) return undefined;
  return {
    ...(environments === undefined ? {} : { environments }),
    ...(classes === undefined ? {} : { classes }),
  };
}

const listIn = (given: Given, flag: string): readonly string[] | undefined =>
  given.flags[flag]?.split(",").map((word) => word.trim());

async function valueOf(given: Given, ctx: Context, maySayNone: boolean): Promise<string | undefined> {
  const file = given.flags["from-file"];
  if (file === undefined && maySayNone) return undefined;
  const { inputName, readInput } = await import("../read-input.ts");
  const from = file ?? "-";
  if (from === "-" && ctx.stdin.isTTY)
    throw new Refusal(2, "a value is piped in, so that no screen shows it", {
      next: `From a file:  berth secret set ${required(given, "NAME")} --from-file FILE`,
    });
  const text = await readInput(ctx, from);
  if (text.includes("\ufffd"))
    throw new Refusal(
      2,
      `${inputName(from)} is no text: encode it as base64, and decode it in the container`,
    );
  return from === "-" ? text.replace(/\r?\n$/, "") : text;
}

function outdated({ usedBy, version }: SecretView): readonly string[] {
  return usedBy
    .filter(({ versions }) => versions.some((used) => used < version))
    .map(({ environment, workload }) => `${environment}/${workload}`);
}
