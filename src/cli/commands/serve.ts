import type { Command } from "../command.ts";
import type { ExitCode } from "../context.ts";

/** `berth serve` */
export const serve: Command = {
  name: "serve",
  summary: "start a broker on this machine; the same as npm start",
  args: [],
  flags: [],
  notes: [
    "It is set by environment variables: PORT (8787), GATEWAY_PORT (8788), BERTH_HOST (127.0.0.1), BERTH_DATA_DIR (./.berth), BERTH_GATEWAY_DOMAIN, BERTH_ADMIN_TOKEN. Without a token one is made at the first start and printed once. Ctrl-C stops it; what runs elsewhere goes on.",
  ],
  examples: [
    { line: "berth serve", does: "API on http://127.0.0.1:8787, gateway on 8788" },
    {
      line: "PORT=9000 BERTH_DATA_DIR=/var/lib/berth berth serve",
      does: "another port and another place for the data",
    },
  ],
  run: async (_given, ctx): Promise<ExitCode> => ((await ctx.serve()) === 0 ? 0 : 1),
};
