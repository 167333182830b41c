import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import { connect } from "../connect.ts";

interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
}

/** `berth token create` */
export const tokenCreate: Command = {
  name: "token create",
  summary: "make a token; it is printed once and stored only as a hash",
  args: [{ name: "NAME", required: true, summary: "who will use it, as plans and events name it" }],
  flags: [
    {
      name: "scopes",
      value: "LIST",
      summary: "roles (admin, deployer, reader) and scopes, by commas; default deployer",
    },
    { name: "days", value: "N", summary: "how long it is good for; default until revoked" },
    ...BROKER_FLAGS,
  ],
  examples: [
    { line: "berth token create ci --scopes deployer --days 90", does: "for a pipeline" },
    { line: "export BERTH_TOKEN=$(berth token create me)", does: "the token alone is on stdout" },
  ],
  run: async (given, ctx) => {
    const { printJson } = await import("../print-json.ts");
    const { daysFrom } = await import("../days-from.ts");
    const scopes = (given.flags["scopes"] ?? "deployer").split(",").map((scope) => scope.trim());
    const expiresAt = daysFrom(given.flags["days"], ctx.now());
    const { body } = await connect(given, ctx).call<TokenView & { readonly token: string }>({
      method: "POST",
      path: "/v1/tokens",
      body: { name: required(given, "NAME"), scopes, ...(expiresAt === undefined ? {} : { expiresAt }) },
    });
    if (given.on.has("json")) printJson(ctx, body);
    else {
      ctx.stdout.write(`${body.token}\n`);
      ctx.stderr.write(`shown this once · ${body.id} · ${body.scopes.join(", ")} · ${endOf(body)}\n`);
    }
    return 0;
  },
};

/** `berth token list` */
export const tokenList: Command = {
  name: "token list",
  summary: "list tokens by name, never the tokens themselves",
  args: [],
  flags: BROKER_FLAGS,
  examples: [{ line: "berth token list", does: "which there are and what each may do" }],
  run: async (given, ctx) => {
    const { printList } = await import("../print-list.ts");
    const { body } = await connect(given, ctx).call<{ readonly tokens: readonly TokenView[] }>({
      method: "GET",
      path: "/v1/tokens",
    });
    const rows = body.tokens.map((token) => [token.name, token.id, endOf(token), token.scopes.join(", ")]);
    printList(ctx, given, body, { head: ["NAME", "ID", "GOOD", "SCOPES"], rows, none: "there is no token" });
    return 0;
  },
};

/** `berth token revoke` */
export const tokenRevoke: Command = {
  name: "token revoke",
  summary: "end a token at once",
  args: [{ name: "ID", required: true, summary: "as in berth token list" }],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  examples: [{ line: "berth token revoke tok_7k2m --yes", does: "its next call is refused" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const id = required(given, "ID");
    const client = connect(given, ctx);
    await confirm(ctx, given.on.has("yes"), `Revoke ${id}?`);
    await client.call({ method: "DELETE", path: `/v1/tokens/${encodeURIComponent(id)}` });
    if (!given.on.has("json")) ctx.stdout.write(`${id} is revoked\n`);
    return 0;
  },
};

const endOf = (token: TokenView): string =>
  token.revokedAt === undefined
    ? `until ${day(token.expiresAt) ?? "revoked"}`
    : `revoked ${day(token.revokedAt)}`;

const day = (iso: string | undefined): string | undefined => iso?.slice(0, 10);
