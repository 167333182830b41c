import type { Command } from "../command.ts";
import { required } from "../command.ts";
import { connect } from "../connect.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";

interface RegistryView {
  readonly host: string;
  readonly username: string;
  readonly updatedAt: string;
}

const HOST = { name: "HOST", required: true, summary: "as images name it: ghcr.io, docker.io" };
const pathOf = (host: string): string => `/v1/registries/${encodeURIComponent(host)}`;
const DEFAULT_VARIABLE = "BERTH_REGISTRY_PASSWORD";

/** `berth registry set` */
export const registrySet: Command = {
  name: "registry set",
  summary: "give Berth the login of a private registry",
  args: [HOST],
  hushed: true,
  flags: [
    { name: "username", value: "NAME", required: true, summary: "who logs in" },
    {
      name: "password-env",
      value: "VARIABLE",
      summary: `holds the password; default ${DEFAULT_VARIABLE}, else stdin`,
    },
    ...BROKER_FLAGS,
  ],
  notes: [
    "There is no flag for the password itself: other users of a machine can read what a program was started with.",
    "ECR: username AWS, and what aws ecr get-login-password prints (good for 12 hours). Artifact Registry: username _json_key with a key file, or oauth2accesstoken with an access token. ACR: a token or a service principal. GHCR and Docker Hub: an access token that may read packages.",
  ],
  examples: [
    {
      line: "cat token.txt | berth registry set ghcr.io --username acme-bot",
      does: "the password from a file",
    },
    {
      line: "berth registry set docker.io --username acme --password-env HUB_TOKEN",
      does: "the password from a variable",
    },
  ],
  run: async (given, ctx) => {
    const { printJson } = await import("../print-json.ts");
    const { readPassword } = await import("../read-password.ts");
    const password = await readPassword(ctx, given.flags["password-env"], DEFAULT_VARIABLE);
    const { body } = await connect(given, ctx).call<RegistryView>({
      method: "PUT",
      path: pathOf(required(given, "HOST")),
      body: { username: required(given, "username"), password },
    });
    if (given.on.has("json")) printJson(ctx, body);
    else ctx.stdout.write(`${body.host}: images are read and pulled as ${body.username}\n`);
    return 0;
  },
};

/** `berth registry list` */
export const registryList: Command = {
  name: "registry list",
  summary: "list registries with a login, never the passwords",
  args: [],
  flags: BROKER_FLAGS,
  examples: [{ line: "berth registry list", does: "hosts and user names" }],
  run: async (given, ctx) => {
    const { printList } = await import("../print-list.ts");
    const { body } = await connect(given, ctx).call<{ readonly registries: readonly RegistryView[] }>({
      method: "GET",
      path: "/v1/registries",
    });
    printList(ctx, given, body, {
      head: ["HOST", "USERNAME", "SINCE"],
      rows: body.registries.map(({ host, username, updatedAt }) => [host, username, updatedAt.slice(0, 10)]),
      none: "there is no login. Give one:  berth registry set ghcr.io --username NAME",
    });
    return 0;
  },
};

/** `berth registry delete` */
export const registryDelete: Command = {
  name: "registry delete",
  summary: "forget the login of a registry",
  args: [HOST],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  examples: [{ line: "berth registry delete ghcr.io --yes", does: "its images are pulled without a login" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const host = required(given, "HOST");
    const client = connect(given, ctx);
    await confirm(ctx, given.on.has("yes"), `Forget the login for ${host}?`);
    await client.call({ method: "DELETE", path: pathOf(host) });
    if (!given.on.has("json")) ctx.stdout.write(`${host} has no login any more\n`);
    return 0;
  },
};
