import { join } from "node:path";
import type { Client } from "../client.ts";
import type { Command } from "../command.ts";
import { required } from "../command.ts";
import type { Context } from "../context.ts";
import { BROKER_FLAGS, YES_FLAG } from "../flags.ts";
import { printable } from "../../render/printable.ts";

interface IssuerView {
  readonly issuer: string;
  readonly algorithm: string;
  readonly holdsUntil: string;
  readonly keys: readonly { readonly id: string; readonly state: string; readonly signsFrom: string }[];
  readonly documents: readonly Document[];
}
interface Document {
  readonly path: string;
  readonly mediaType: string;
  readonly text: string;
}

/** How long the public address of the issuer may take to answer, ms. */
const LOOK_TIMEOUT_MS = 5_000;
/** A key set and a discovery document are far smaller; what is larger is something else. */
const MOST_BYTES = 100_000;

/** `berth issuer show` */
export const issuerShow: Command = {
  name: "issuer show",
  summary: "whom clouds are asked to trust, and whether they can read it",
  args: [],
  flags: BROKER_FLAGS,
  examples: [{ line: "berth issuer show", does: "exit status 1 if clouds would read something else" }],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const view = await read(connect(given, ctx));
    if (given.on.has("json")) {
      (await import("../print-json.ts")).printJson(ctx, view);
      return 0;
    }
    ctx.stdout.write(`issuer  ${printable(view.issuer)} (${printable(view.algorithm)})\n`);
    for (const { id, state, signsFrom } of view.keys)
      ctx.stdout.write(`key     ${printable(id)} ${state.padEnd(5)} from ${signsFrom}\n`);
    const seen = await Promise.all(view.documents.map((document) => publicly(ctx, view.issuer, document)));
    for (const { line } of seen) ctx.stdout.write(`${line}\n`);
    return seen.every(({ same }) => same) ? 0 : 1;
  },
};

/** `berth issuer export` */
export const issuerExport: Command = {
  name: "issuer export",
  summary: "write the documents that clouds read, for any bucket",
  args: [],
  flags: [
    {
      name: "out",
      value: "DIR",
      required: true,
      summary: "the folder; the files go where the issuer has them",
    },
    ...BROKER_FLAGS,
  ],
  notes: [
    "Serve the folder at BERTH_ISSUER_URL over https, both files as application/json. Run it again before the time it prints: a key that is not in the bucket when it begins to sign is not trusted.",
  ],
  examples: [
    {
      line: "berth issuer export --out public",
      does: "writes public/.well-known, and says until when it is enough",
    },
  ],
  run: async (given, ctx) => {
    const { connect } = await import("../connect.ts");
    const out = required(given, "out");
    const { issuer, documents, holdsUntil } = await read(connect(given, ctx));
    for (const { path, text } of documents) {
      const file = join(out, ...path.split("/").filter((part) => part !== "" && part !== ".."));
      await ctx.replaceFile(file, text);
      ctx.stdout.write(`${file}\n`);
    }
    ctx.stderr.write(
      `Serve ${out} at ${printable(issuer)}. It holds until ${holdsUntil}: export again before.\n`,
    );
    return 0;
  },
};

/** `berth issuer replace` */
export const issuerReplace: Command = {
  name: "issuer replace",
  summary: "make new keys at once, for one that is lost or known",
  args: [],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  notes: [
    "Rotation goes by itself and needs nobody. This is for an emergency: clouds refuse Berth until they have read the new keys, within an hour; an exported copy has to be exported again. It needs a token of the instance's administrator.",
  ],
  examples: [{ line: "berth issuer replace --yes", does: "the old keys count no more" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const { connect } = await import("../connect.ts");
    const client = connect(given, ctx);
    await confirm(
      ctx,
      given.on.has("yes"),
      "Replace the issuer's keys? Clouds refuse Berth until they have read the new ones.",
    );
    const path = "/v1/issuer/replace-keys";
    const { body } = await client.call<IssuerView>({ method: "POST", path });
    if (given.on.has("json")) (await import("../print-json.ts")).printJson(ctx, body);
    else for (const { id, state } of body.keys) ctx.stdout.write(`key  ${printable(id)} ${state}\n`);
    return 0;
  },
};

async function read(client: Client): Promise<IssuerView> {
  return (await client.call<IssuerView>({ method: "GET", path: "/v1/issuer" })).body;
}

/** Whether anyone who asks at the issuer's own address reads what the broker would serve. */
async function publicly(
  ctx: Context,
  issuer: string,
  { path, text }: Document,
): Promise<{ readonly same: boolean; readonly line: string }> {
  const url = `${issuer}${path}`;
  const no = (why: string) => ({ same: false, line: `✘ ${printable(url)} ${why}` });
  try {
    const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]);
    const answer = await ctx.fetch(url, { signal, redirect: "error" });
    if (!answer.ok) return no(`answers ${answer.status}`);
    const { readBounded } = await import("../read-bounded.ts");
    const served = await readBounded(answer.body, url, MOST_BYTES);
    return served === text
      ? { same: true, line: `✔ ${printable(url)}` }
      : no("says something else: export again, or wait for caches (an hour at most)");
  } catch (error) {
    return no(`cannot be read from here: ${error instanceof Error ? printable(error.message) : "no answer"}`);
  }
}
