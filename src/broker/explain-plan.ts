import { planBlocks } from "../render/plan.ts";
import { toMarkdown } from "../render/to-markdown.ts";
import { toText } from "../render/to-text.ts";
import { planDocument } from "./plan-view.ts";
import type { Caller, Ports } from "./ports.ts";
import { readPlan } from "./wait.ts";

/** Columns of a text that nobody's terminal bounds. */
const TEXT_WIDTH = 100;

/** Why a plan is what it is, for people: what `berth explain` prints, as Markdown or plain text. */
export async function explainPlan(
  ports: Pick<Ports, "store">,
  caller: Caller,
  id: string,
  options: { readonly format: "markdown" | "text"; readonly all: boolean },
): Promise<string> {
  const blocks = planBlocks(planDocument(await readPlan(ports, caller, id)), options.all);
  return options.format === "markdown" ? toMarkdown(blocks) : toText(blocks, TEXT_WIDTH);
}
