import type { Command } from "../command.ts";
import { required } from "../command.ts";

/** `berth policy test` */
export const policyTest: Command = {
  name: "policy test",
  summary: "run the unit tests of a policy; needs no broker",
  args: [
    { name: "FILE", required: true, many: true, summary: "tests, YAML or JSON; - reads standard input" },
  ],
  flags: [{ name: "json", summary: "every test and every difference as JSON" }],
  notes: [
    "A test gives places, or takes those of the price book that ships with Berth, and says where a workload must go, what must be refused, and by which rule. The form is in docs/policy-tests.md.",
    "Exit status 1 when a test fails, 2 when a file cannot be read or is no file of tests.",
  ],
  examples: [
    {
      line: "berth policy test policies/eu.test.yaml",
      does: "each test, and where one fails what came out instead",
    },
    { line: "berth policy test policies/*.test.yaml --json", does: "the same for a program" },
  ],
  run: async (given, ctx) => {
    const { runPolicyTestFile } = await import("../policy-test-file.ts");
    const files = [];
    for (const path of [required(given, "FILE"), ...given.more])
      files.push(await runPolicyTestFile(ctx, path));
    const all = files.flatMap(({ results }) => results);
    const failed = all.filter(({ ok }) => !ok).length;
    if (given.on.has("json")) {
      const { printJson } = await import("../print-json.ts");
      const shown = files.map(({ name, results, lineOf }) => ({
        file: name,
        results: results.map((result) => ({
          ...result,
          differences: result.differences.map((one) => ({ ...one, line: lineOf(one.pointer) })),
        })),
      }));
      printJson(ctx, { tests: all.length, passed: all.length - failed, failed, files: shown });
    } else {
      const { policyTestsText } = await import("../render/policy-tests.ts");
      const { paintFor } = await import("../paint.ts");
      const { widthOf } = await import("../width.ts");
      ctx.stdout.write(policyTestsText(files, paintFor(ctx, ctx.stdout), widthOf(ctx.stdout)));
    }
    return failed === 0 ? 0 : 1;
  },
};
