import type { LineOf } from "../domain/parse-document.ts";
import { hanging } from "../render/table.ts";
import { printable } from "../render/printable.ts";
import type { ApiProblem } from "./api-problem.ts";
import type { Sink } from "./context.ts";
import { count } from "./figures.ts";
import { isRecord } from "./is-record.ts";
import { explainNoPlacement, refusedLines } from "./no-placement.ts";
import { Refusal } from "./refusal.ts";
import type { SpecFile } from "./spec-file.ts";
import { widthOf } from "./width.ts";

/** Workloads without a place that are named, and of which every place's reasons are shown. */
const MAX_NAMED = 20;
const MAX_WITH_REASONS = 3;

/**
 * Why a change has no place for some of its workloads: each with its reason, the first ones with everything that refuses them and the
 * lines of their files. A problem of one workload alone is explained as such.
 */
export function explainUnplaced(problem: ApiProblem, to: Sink, files: readonly SpecFile[]): Refusal {
  const unplaced = unplacedIn(problem);
  if (unplaced.length === 0) return explainNoPlacement(problem, to);
  const width = widthOf(to);
  const details = unplaced.slice(0, MAX_NAMED).flatMap(({ workload, because, entry }, index) => {
    const file = files.find(({ spec }) => spec.name === workload);
    const where = file === undefined || files.length < 2 ? "" : ` (${file.name})`;
    const said = hanging("  ", `${workload}${where}: ${printable(because)}`, width);
    if (index >= MAX_WITH_REASONS) return index === MAX_WITH_REASONS ? ["", ...said] : said;
    return ["", ...said, ...refusedLines(entry, width, file?.lineOf ?? NOWHERE)];
  });
  const more = unplaced.length - MAX_NAMED;
  const of = files.length === 0 ? "" : ` of ${files.length}`;
  // The broker's own sentence has every reason in it, one behind the other.
  return new Refusal(1, `no place for ${count(unplaced.length, "workload")}${of}; nothing was changed`, {
    cause: problem,
    details: [...details, ...(more <= 0 ? [] : [`  and ${count(more, "more workload")}: --json lists them`])],
    next: "Where one of them could run by itself:  berth compare -f FILE",
  });
}

const NOWHERE: LineOf = () => undefined;

interface UnplacedEntry {
  readonly workload: string;
  readonly because: string;
  /** The members that a refusal of this workload alone would have. */
  readonly entry: Readonly<Record<string, unknown>>;
}

function unplacedIn({ document }: ApiProblem): readonly UnplacedEntry[] {
  const list = document["unplaced"];
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return entries.flatMap((entry) => {
    if (!isRecord(entry)) return [];
    const { workload, because } = entry;
    return typeof workload === "string" && typeof because === "string" ? [{ workload, because, entry }] : [];
  });
}
