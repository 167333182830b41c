import type { LineOf } from "../../domain/parse-document.ts";
import type { Difference } from "../../policy/policy-test/difference.ts";
import type { PolicyTestResult } from "../../policy/policy-test/run.ts";
import { count } from "../figures.ts";
import type { Paint } from "../paint.ts";
import { printable } from "../../render/printable.ts";
import { hanging } from "../../render/table.ts";

/** The tests of one file, as they ended. */
export interface TestedFile {
  readonly name: string;
  readonly results: readonly PolicyTestResult[];
  readonly lineOf: LineOf;
}

/** Every test in a line, and of one that failed each difference: what was expected, what came out, and why. */
export function policyTestsText(files: readonly TestedFile[], paint: Paint, width: number): string {
  const lines = files.flatMap((file) => [
    file.name,
    ...file.results.flatMap((result) => resultLines(result, file, paint, width)),
    "",
  ]);
  return `${[...lines, verdict(files)].join("\n")}\n`;
}

function resultLines(
  { name, ok, differences }: PolicyTestResult,
  file: TestedFile,
  paint: Paint,
  width: number,
): readonly string[] {
  const head = `  ${ok ? paint.good("✔") : paint.bad("✘")} ${printable(name)}`;
  return [head, ...differences.flatMap((one) => differenceLines(one, file, width))];
}

function differenceLines(
  { what, pointer, expected, actual, why }: Difference,
  { name, lineOf }: TestedFile,
  width: number,
): readonly string[] {
  const line = lineOf(pointer);
  const where = line === undefined ? pointer : `${name}:${line}`;
  return [
    ...hanging("      ", printable(`${what}   ${where}`), width),
    ...hanging("        expected  ", printable(expected), width),
    ...hanging("        came out  ", printable(actual), width),
    ...why.flatMap((sentence, index) =>
      hanging(index === 0 ? "        because   " : "                  ", printable(sentence), width),
    ),
  ];
}

function verdict(files: readonly TestedFile[]): string {
  const all = files.flatMap(({ results }) => results);
  const failed = all.filter(({ ok }) => !ok).length;
  return failed === 0
    ? `${count(all.length, "test")} passed`
    : `${failed} of ${count(all.length, "test")} failed`;
}
