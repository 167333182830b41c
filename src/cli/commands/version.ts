import type { Command } from "../command.ts";

/** `berth version` */
export const version: Command = {
  name: "version",
  summary: "print the version",
  args: [],
  flags: [],
  examples: [{ line: "berth version", does: "the same as berth --version" }],
  run: async (_given, ctx) => {
    ctx.stdout.write(`berth ${ctx.version}\n`);
    return 0;
  },
};
