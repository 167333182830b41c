import { printable } from "../render/printable.ts";
import type { Client } from "./client.ts";
import type { Flag } from "./command.ts";
import type { Context } from "./context.ts";
import { usage } from "./refusal.ts";

/** Whom a target's account has to trust, as the API shows it. */
export interface TrustView {
  readonly target: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience?: string;
  readonly documents: readonly {
    readonly title: string;
    readonly format: Format;
    readonly text: string;
  }[];
}

const FORMATS = ["json", "shell", "terraform"] as const;
type Format = (typeof FORMATS)[number];

export const PRINT_FLAG: Flag = {
  name: "print",
  value: "FORMAT",
  summary: "json, shell or terraform: the documents alone on stdout; default what is shortest to apply",
};

/** What `--print` says, or undefined for whatever is shortest to apply. Throws a usage `Refusal` for any other word. */
export function formatIn(text: string | undefined): Format | undefined {
  if (text === undefined) return undefined;
  const format = FORMATS.find((known) => known === text);
  if (format === undefined)
    throw usage(`--print takes json, shell or terraform, not ${JSON.stringify(text)}`);
  return format;
}

/** The trust of one target. Rejects with `ApiProblem`: "not-found" where there is no issuer, or nothing to trust. */
export async function readTrust(client: Client, name: string): Promise<TrustView> {
  const path = `/v1/targets/${encodeURIComponent(name)}/trust`;
  return (await client.call<TrustView>({ method: "GET", path })).body;
}

/** Prints the documents of one format: their texts alone on stdout, so that they can be piped; who is trusted, and titles, on stderr. */
export function printTrust(ctx: Context, trust: TrustView, format: Format | undefined): void {
  const { issuer, subject, audience, documents } = trust;
  const shown = format ?? (documents.some((document) => document.format === "shell") ? "shell" : "json");
  ctx.stderr.write(`\nissuer    ${printable(issuer)}\nsubject   ${printable(subject)}\n`);
  if (audience !== undefined) ctx.stderr.write(`audience  ${printable(audience)}\n`);
  const chosen = documents.filter((document) => document.format === shown);
  if (chosen.length === 0) throw usage(`there is no ${shown} for ${trust.target}`, otherFormats(trust));
  for (const { title, text } of chosen) {
    ctx.stderr.write(`\n# ${printable(title)}\n`);
    ctx.stdout.write(`${text.trimEnd().split("\n").map(printable).join("\n")}\n`);
  }
  const others = otherFormats(trust, shown);
  if (format === undefined && others !== undefined) ctx.stderr.write(`\n${others}\n`);
}

function otherFormats({ target, documents }: TrustView, shown?: Format): string | undefined {
  const others = [...new Set(documents.map(({ format }) => format))].filter((format) => format !== shown);
  return others.length === 0
    ? undefined
    : `Also as ${others.join(", ")}:  berth target trust ${target} --print ${others[0]}`;
}
