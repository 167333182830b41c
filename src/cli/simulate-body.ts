import type { Given } from "./command.ts";
import type { Context } from "./context.ts";
import { isRecord } from "./is-record.ts";
import { documentToSend, type SentDocument } from "./policy-document.ts";
import { Refusal, usage } from "./refusal.ts";

/** What `POST /v1/policies/{name}/simulate` is sent, and the files it was made from. */
export interface SimulateBody {
  readonly body: Readonly<Record<string, unknown>>;
  readonly policy: SentDocument | undefined;
  readonly prices: SentDocument | undefined;
}

/** The body that the flags describe. Throws a `Refusal` (exit 2) for what cannot be read. */
export async function simulateBody(given: Given, ctx: Context): Promise<SimulateBody> {
  const { file, prices: pricesFile, over, limit, after } = given.flags;
  const policy = file === undefined ? undefined : await documentToSend(ctx, file);
  const prices = pricesFile === undefined ? undefined : await documentToSend(ctx, pricesFile);
  const percent = pairs("percent", given.flags["percent"]);
  const selection = defined({
    environments: words(given.flags["environments"]),
    workloads: words(given.flags["workloads"]),
    labels: pairs("selector", given.flags["selector"]),
  });
  const body = defined({
    policy: policy?.document,
    prices: pricesOf(prices, percent),
    over,
    select: Object.keys(selection).length === 0 ? undefined : selection,
    limit: limit === undefined ? undefined : numberOf(limit),
    after,
  });
  return { body, policy, prices };
}

function pricesOf(
  file: SentDocument | undefined,
  percent: Readonly<Record<string, string>> | undefined,
): unknown {
  if (file === undefined) return percent && { percent };
  if (percent === undefined) return file.document;
  if (!isRecord(file.document)) throw new Refusal(2, `${file.name} is no object with percent and rates`);
  if (file.document["percent"] !== undefined)
    throw usage(`${file.name} has percents of its own; say them there, or with --percent, not both`);
  return { ...file.document, percent };
}

function words(list: string | undefined): readonly string[] | undefined {
  return list?.split(",").map((word) => word.trim());
}

/** `a=1,b=2` as an object. */
function pairs(flag: string, list: string | undefined): Readonly<Record<string, string>> | undefined {
  const said = words(list)?.map((word) => {
    const at = word.indexOf("=");
    if (at < 1) throw usage(`--${flag} ${word} is no pair; write it as NAME=VALUE, several by commas`);
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return said && Object.fromEntries(said);
}

function numberOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw usage(`--limit ${text} is not a whole number`);
  return Number(text);
}

function defined(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
