import { parseArgs } from "node:util";
import type { Command, Flag, Given } from "./command.ts";
import { COMMON_FLAGS, spellFlag } from "./flags.ts";
import { didYouMean } from "../domain/did-you-mean.ts";
import { usage } from "./refusal.ts";

/** What was said after the command's name. Throws a usage `Refusal` that names the word and what was probably meant. */
export function parseCommandLine(command: Command, words: readonly string[]): Given {
  const known = [...command.flags, ...COMMON_FLAGS];
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(known.map((flag) => [flag.name, option(flag)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags: Record<string, string | undefined> = {};
  const on = new Set<string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const flag = known.find(({ name }) => name === token.name);
    if (flag === undefined) throw unknownFlag(command, token.rawName, known);
    if (on.has(flag.name) || flags[flag.name] !== undefined)
      throw usage(`${token.rawName} is given twice`, helpOf(command));
    if (flag.value === undefined) on.add(switchOf(command, token));
    else flags[flag.name] = valueOf(command, flag, token);
  }
  // Who asks for help has not finished the sentence, so nothing else is insisted on.
  if (on.has("help")) return { args: {}, flags, on, more: [] };
  const missing = command.flags.find((flag) => flag.required === true && flags[flag.name] === undefined);
  if (missing !== undefined)
    throw usage(`berth ${command.name} needs ${spellFlag(missing)}: ${missing.summary}`, helpOf(command));
  const more = command.args.at(-1)?.many === true ? positionals.slice(command.args.length) : [];
  return { args: nameArgs(command, positionals), flags, on, more };
}

/** The line that tells how to read more about a command. */
function helpOf(command: Command): string {
  return `More:  berth ${command.name} --help`;
}

function option(flag: Flag) {
  return {
    type: flag.value === undefined ? ("boolean" as const) : ("string" as const),
    ...(flag.short === undefined ? {} : { short: flag.short }),
  };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function unknownFlag(command: Command, rawName: string, known: readonly Flag[]) {
  const meant = didYouMean(
    rawName.replace(/^-+/, ""),
    known.map((flag) => flag.name),
  );
  const hint = meant === undefined ? "" : `; did you mean --${meant}?`;
  return usage(`berth ${command.name} has no flag ${rawName}${hint}`, helpOf(command));
}

function switchOf(command: Command, token: OptionToken): string {
  if (token.value !== undefined) throw usage(`${token.rawName} takes no value`, helpOf(command));
  return token.name;
}

function valueOf(command: Command, flag: Flag, token: OptionToken): string {
  const { value, rawName } = token;
  if (value === undefined || value === "")
    throw usage(`${rawName} needs a value: ${rawName} ${flag.value}`, helpOf(command));
  // `-f --json` is a forgotten file far more often than a file of that name.
  if (token.inlineValue !== true && value.startsWith("-") && value !== "-")
    throw usage(
      `${rawName} needs a value, and ${value} looks like a flag`,
      `If it is meant so:  --${flag.name}=${value}`,
    );
  return value;
}

function nameArgs(command: Command, positionals: readonly string[]): Given["args"] {
  const extra = positionals[command.args.length];
  if (extra !== undefined && command.args.at(-1)?.many !== true)
    throw usage(
      `berth ${command.name} does not take ${command.hushed === true ? "more words" : JSON.stringify(extra)}`,
      helpOf(command),
    );
  const missing = command.args.find((arg, index) => arg.required && positionals[index] === undefined);
  if (missing !== undefined)
    throw usage(`berth ${command.name} needs ${missing.name}: ${missing.summary}`, helpOf(command));
  return Object.fromEntries(command.args.map((arg, index) => [arg.name, positionals[index]]));
}
