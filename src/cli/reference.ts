import type { Command, Flag } from "./command.ts";
import { loadCommands } from "./commands.ts";
import { BROKER_FLAGS, COMMON_FLAGS } from "./flags.ts";
import { flagLabel, usageLine } from "./help.ts";

/** The reference page of every command as Markdown, made from the same data as their help. */
export async function cliReference(): Promise<string> {
  const commands = await loadCommands();
  const links = commands.map(({ name, summary }) => [
    `[\`${name}\`](#berth-${name.replace(" ", "-")})`,
    summary,
  ]);
  const parts = [
    INTRODUCTION,
    table(["exit status", "means"], EXITS),
    table(["variable", "means"], VARIABLES),
    table(["command", "does"], links),
    COMMON,
    ...commands.map(section),
  ];
  return parts.map((part) => `${part}\n`).join("\n");
}

const INTRODUCTION = `# The command line

Made from the commands themselves by \`npm run docs\`; \`berth COMMAND --help\` says the same.

In a clone of this repository \`berth\` is run as \`npm run berth -- COMMAND\`, or as \`node src/main/berth.js COMMAND\`, which leaves
out what npm prints besides.

Results go to standard output, progress and refusals to standard error. On a terminal progress is drawn in place; in a pipe each
change is one plain line. \`--json\` prints the API's own answer.`;

const EXITS = [
  ["0", "done: what was asked for serves, or nothing had to change"],
  ["1", "failed, rolled back, refused by the broker, not answered, or not ready before `--timeout`"],
  ["2", "wrong usage, or a spec with problems: nothing was changed"],
  ["3", "the plan was superseded by a newer one, or is held and waits for somebody"],
];

const VARIABLES = [
  ["`BERTH_SERVER`", "the broker's URL; default `http://127.0.0.1:8787`"],
  ["`BERTH_TOKEN`", "the token to call it with"],
  ["`BERTH_ENVIRONMENT`", "the environment; default `production`"],
  ["`BERTH_PROJECT`", "the project, for a token of the instance"],
  ["`NO_COLOR`", "any value: no colour"],
];

const COMMON = [
  "Every command takes:",
  flagTable(COMMON_FLAGS),
  "Every command that talks to a broker takes besides:",
  flagTable(BROKER_FLAGS),
].join("\n\n");

function section(command: Command): string {
  const shared = new Set(BROKER_FLAGS);
  const own = command.flags.filter((flag) => !shared.has(flag));
  const broker = command.flags.length > own.length ? " It talks to a broker." : "";
  const args = command.args.map((arg) => [
    `\`${arg.name}\`${arg.required ? "" : " (optional)"}`,
    arg.summary,
  ]);
  const examples = command.examples.flatMap(({ line, does }) => [`# ${does}`, line]);
  return [
    `## berth ${command.name}`,
    `${sentence(command.summary)}${broker}`,
    ["```", usageLine(command), "```"].join("\n"),
    ...(args.length === 0 ? [] : [table(["argument", ""], args)]),
    ...(own.length === 0 ? [] : [flagTable(own)]),
    ...(command.notes ?? []),
    ["```sh", ...examples, "```"].join("\n"),
  ].join("\n\n");
}

function flagTable(flags: readonly Flag[]): string {
  return table(
    ["flag", ""],
    flags.map((flag) => [`\`${flagLabel(flag).trim()}\``, flag.summary]),
  );
}

// Columns of one width, as the formatter would make them: the page is not changed by formatting it.
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [titles = [], ...body] = cells;
  return [line(titles), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
