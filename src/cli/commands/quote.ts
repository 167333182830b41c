import type { Command, Given } from "../command.ts";
import type { Context } from "../context.ts";
import { QUOTE_FLAGS, quoteDocument } from "../quote-flags.ts";
import { usage } from "../refusal.ts";

/** `berth quote` */
export const quote: Command = {
  name: "quote",
  summary: "price one shape in one place, line by line; needs no broker",
  args: [
    { name: "PLACE", required: false, summary: "cloud and region, as in ecs/eu-west-1 or aws/eu-west-1" },
  ],
  flags: [
    ...QUOTE_FLAGS.map(({ flag }) => flag),
    { name: "rates", value: "METER=USD,...", summary: "rates of your own instead of the book's" },
    {
      name: "file",
      short: "f",
      value: "FILE",
      summary: "the body of POST /v1/quotes instead; - reads standard input",
    },
    { name: "json", summary: "the whole quote as JSON" },
  ],
  notes: [
    "It reads the prices that ship with Berth and needs no network, account or token. Only what is named is priced; a meter whose price nobody knows is refused, never guessed.",
  ],
  examples: [
    { line: "berth quote ecs/eu-west-1 --cpu 0.5 --memory 1Gi", does: "a Fargate task for a month" },
    {
      line: "berth quote gcp/us-central1 --cpu 1 --memory 1Gi --seconds 900000 --free",
      does: "busy time on Cloud Run, the free tier taken off",
    },
  ],
  run: async (given, ctx) => {
    const { builtInBook } = await import("../../catalog/shipped-book.ts");
    const { firmQuote } = await import("../../catalog/firm-quote.ts");
    const { readQuote } = await import("../../catalog/read-quote.ts");
    const { Fault } = await import("../../domain/fault.ts");
    const { problemList } = await import("../spec-file.ts");
    const { name, document, lineOf } = await documentOf(given, ctx);
    const read = readQuote(document);
    if (!read.ok) throw problemList(name, read.problems, lineOf);
    try {
      await print(given, ctx, firmQuote(read.request, builtInBook()));
    } catch (error) {
      if (error instanceof Fault) throw problemList(name, error.problems, lineOf, error);
      throw error;
    }
    return 0;
  },
};

async function documentOf(given: Given, ctx: Context) {
  const place = given.args["PLACE"];
  const file = given.flags["file"];
  if ((place === undefined) === (file === undefined))
    throw usage("berth quote needs a PLACE, or -f FILE: one of them", "More:  berth quote --help");
  if (file === undefined) {
    const document = withCloud(quoteDocument(place ?? "", given));
    return { name: "quote", document: await document, lineOf: () => undefined };
  }
  const { inputName } = await import("../read-input.ts");
  const { readDocument } = await import("../spec-file.ts");
  return { name: inputName(file), ...(await readDocument(ctx, file)) };
}

// People may name a cloud by its vendor; the API has one word for each.
async function withCloud(document: Readonly<Record<string, unknown>>) {
  const { cloudNamed } = await import("../../catalog/cloud-names.ts");
  return { ...document, provider: cloudNamed(String(document["provider"])) ?? document["provider"] };
}

async function print(
  given: Given,
  ctx: Context,
  answer: Parameters<typeof import("../render/quote.ts").renderQuote>[0],
) {
  if (given.on.has("json")) {
    const { printJson } = await import("../print-json.ts");
    printJson(ctx, answer);
    return;
  }
  const { renderQuote } = await import("../render/quote.ts");
  const { widthOf } = await import("../width.ts");
  ctx.stdout.write(renderQuote(answer, widthOf(ctx.stdout)));
}
