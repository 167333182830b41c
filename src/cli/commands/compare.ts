import type { PriceBook } from "../../catalog/book.ts";
import type { Command, Given } from "../command.ts";
import { required } from "../command.ts";
import type { Context } from "../context.ts";
import { FILE_FLAG } from "../flags.ts";

/** `berth compare` */
export const compare: Command = {
  name: "compare",
  summary: "price a spec in every region of every cloud; needs no broker",
  args: [],
  flags: [
    FILE_FLAG,
    { name: "all", summary: "every place instead of the best of each kind" },
    { name: "lines", summary: "what each price is made of, with rates, dates and sources" },
    {
      name: "policy",
      value: "FILE",
      summary: "rank and refuse by this policy; default: everything that can be bought",
    },
    { name: "json", summary: "the whole comparison as JSON" },
  ],
  notes: [
    "It reads the prices that ship with Berth and needs no network, account or token. Nothing is created.",
  ],
  examples: [
    { line: "berth compare -f web.yaml", does: "the best place of each kind, and where it cannot run" },
    { line: "berth compare -f web.yaml --all --lines", does: "every place, and how its price is made" },
    { line: "berth compare -f web.yaml --policy eu-only.yaml", does: "only what that policy allows" },
  ],
  run: async (given, ctx) => {
    const { readSpecFile } = await import("../spec-file.ts");
    const { compareEverywhere } = await import("../../policy/compare.ts");
    const { builtInBook } = await import("../../catalog/shipped-book.ts");
    const file = required(given, "file");
    const { spec } = await readSpecFile(ctx, file);
    const book = builtInBook();
    const { needs, placement } = compareEverywhere(spec, book, await policyOf(given, ctx, book), ctx.now());
    if (given.on.has("json")) {
      const { printJson } = await import("../print-json.ts");
      printJson(ctx, { needs, ...placement, pricesCollected: book.collected });
    } else {
      const { renderCompare } = await import("../render/compare.ts");
      const { widthOf } = await import("../width.ts");
      const shown = { all: given.on.has("all"), lines: given.on.has("lines"), width: widthOf(ctx.stdout) };
      ctx.stdout.write(renderCompare({ needs, placement, book, file, ...shown }));
    }
    return placement.ranked.length === 0 ? 1 : 0;
  },
};

async function policyOf(given: Given, ctx: Context, { regions }: PriceBook) {
  const file = given.flags["policy"];
  if (file === undefined) return undefined;
  const { inputName } = await import("../read-input.ts");
  const { problemList, readDocument } = await import("../spec-file.ts");
  const { parsePolicy } = await import("../../policy/parse-policy.ts");
  const { document, lineOf } = await readDocument(ctx, file);
  const parsed = parsePolicy(document, { name: inputName(file), stored: true, world: { regions } });
  if (!parsed.ok) throw problemList(inputName(file), parsed.problems, lineOf);
  return parsed.policy;
}
