import type { Command } from "../command.ts";

/** `berth help` */
export const help: Command = {
  name: "help",
  summary: "list the commands, or explain one of them",
  args: [
    { name: "COMMAND", required: false, summary: "a command, or a noun such as target" },
    { name: "VERB", required: false, summary: "what is done to the noun" },
  ],
  flags: [],
  examples: [
    { line: "berth help", does: "every command in one line each" },
    { line: "berth help target add", does: "the same as berth target add --help" },
  ],
  run: async (given, ctx) => {
    const { findCommand, loadCommands, verbsOf } = await import("../commands.ts");
    const { commandHelp, commandList } = await import("../help.ts");
    const words = Object.values(given.args).filter((word) => word !== undefined);
    const noun = words.length === 1 ? verbsOf(words[0] ?? "") : [];
    if (words.length === 0) ctx.stdout.write(commandList(await loadCommands()));
    else if (noun.length > 0) {
      const verbs = (await loadCommands()).filter((command) => command.name.startsWith(`${words[0]} `));
      ctx.stdout.write(verbs.map(commandHelp).join("\n"));
    } else ctx.stdout.write(commandHelp((await findCommand(words)).command));
    return 0;
  },
};
