import type { Command, Flag } from "./command.ts";
import { COMMON_FLAGS, spellFlag } from "./flags.ts";
import { wrap } from "../render/table.ts";

/** Help for one command, at most 80 columns wide. */
export function commandHelp(command: Command): string {
  const flags = [...command.flags, ...COMMON_FLAGS];
  const sections = [
    [`berth ${command.name}: ${command.summary}`],
    ["usage", `  ${usageLine(command)}`],
    ...(command.args.length === 0
      ? []
      : [["arguments", ...twoColumns(command.args.map((arg) => [arg.name, arg.summary]))]]),
    ["flags", ...twoColumns(flags.map((flag) => [flagLabel(flag), flag.summary]))],
    ...(command.notes ?? []).map((note) => wrap(note, HELP_COLUMNS)),
    ["examples", ...command.examples.flatMap(({ line, does }) => [`  ${line}`, `      ${does}`])],
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** The list of commands, everyday verbs first, then the nouns. */
export function commandList(commands: readonly Command[]): string {
  const everyday = commands.filter((command) => !command.name.includes(" "));
  const nouns = commands.filter((command) => command.name.includes(" "));
  const rows = (list: readonly Command[]) =>
    twoColumns(
      list.map((command) => [command.name, command.summary]),
      LIST_LABEL,
    );
  const sections = [
    ["berth runs one container spec on the cloud, or the machine of yours, that\npolicy picks."],
    ["usage", "  berth COMMAND [flags]"],
    ["commands", ...rows(everyday)],
    ...(nouns.length === 0 ? [] : [["places, machines and access", ...rows(nouns)]]),
    [
      "start here",
      "  berth init",
      "  berth compare -f berth.yaml        needs no broker and no account",
      "  berth deploy -f berth.yaml",
    ],
    ["More on one of them:  berth COMMAND --help"],
    ["Exit status: 0 done, 1 failed or refused, 2 wrong usage or invalid spec,\n3 superseded or held."],
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** `berth deploy -f FILE [flags]` */
export function usageLine(command: Command): string {
  const args = command.args.map(({ name, many, required }) => {
    const label = many === true ? `${name}...` : name;
    return required ? label : `[${label}]`;
  });
  const flags = command.flags.filter((flag) => flag.required === true).map(spellFlag);
  return ["berth", command.name, ...args, ...flags, "[flags]"].join(" ");
}

/** `-f, --file FILE` */
export function flagLabel(flag: Flag): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  return `${short}--${flag.name}${flag.value === undefined ? "" : ` ${flag.value}`}`;
}

const HELP_COLUMNS = 80;
const FLAG_LABEL = 24;
const LIST_LABEL = 15;

function twoColumns(
  rows: readonly (readonly [label: string, text: string])[],
  label = FLAG_LABEL,
): readonly string[] {
  return rows.flatMap(([left, text]) => {
    const [first = "", ...more] = wrap(text, HELP_COLUMNS - label - 4);
    const indent = " ".repeat(label + 4);
    const head =
      left.length > label ? [`  ${left}`, `${indent}${first}`] : [`  ${left.padEnd(label)}  ${first}`];
    return [...head, ...more.map((line) => `${indent}${line}`)];
  });
}
