import type { Command } from "../command.ts";
import { BROKER_FLAGS, JSON_FLAG, YES_FLAG } from "../flags.ts";
import { connect } from "../connect.ts";
import { required } from "../command.ts";
import { printJson } from "../print-json.ts";
import { usage } from "../refusal.ts";

interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly joinedAt: string;
  readonly state: "never-heard" | "alive" | "silent";
  /** What it said last; absent before its first sync. */
  readonly report?: { readonly seenAt: string; readonly engine: string; readonly engineOk: boolean };
}

interface AgentList {
  readonly agents: readonly AgentView[];
}

interface JoinAnswer {
  readonly joinToken: string;
  readonly expiresAt: string;
}

/** `berth agent token` */
export const agentToken: Command = {
  name: "agent token",
  summary: "make a token with which one machine joins a pool, once",
  args: [],
  flags: [
    { name: "pool", value: "NAME", required: true, summary: "the pool the machine will belong to" },
    ...BROKER_FLAGS,
  ],
  notes: [
    "Machines become a place to run things once their pool is connected: berth target add agents --pool NAME.",
  ],
  examples: [
    { line: "berth agent token --pool home", does: "prints the line to run on the machine that joins" },
  ],
  run: async (given, ctx) => {
    const client = connect(given, ctx);
    const pool = required(given, "pool");
    const { body } = await client.call<JoinAnswer>({ method: "POST", path: "/v1/agents", body: { pool } });
    if (given.on.has(JSON_FLAG.name)) printJson(ctx, body);
    else {
      ctx.stdout.write(
        `npm run agent -- --server ${client.server} --token ${body.joinToken} --pool ${pool}\n`,
      );
      ctx.stderr.write(`good for one machine until ${body.expiresAt}. Then:  berth agent list\n`);
    }
    return 0;
  },
};

/** `berth agent list` */
export const agentList: Command = {
  name: "agent list",
  summary: "list the machines that have joined",
  args: [],
  flags: [{ name: "pool", value: "NAME", summary: "only of this pool" }, ...BROKER_FLAGS],
  examples: [
    { line: "berth agent list --pool home", does: "each machine, its engine and when it was last heard" },
  ],
  run: async (given, ctx) => {
    const { ago } = await import("../figures.ts");
    const { printList } = await import("../print-list.ts");
    const { body } = await connect(given, ctx).call<AgentList>({
      method: "GET",
      path: "/v1/agents",
      query: { pool: given.flags["pool"] },
    });
    const rows = body.agents.map((agent) => [
      agent.name,
      agent.pool,
      stateOf(agent),
      agent.report === undefined ? "never" : ago(agent.report.seenAt, ctx.now()),
      agent.report?.engine ?? "",
    ]);
    printList(ctx, given, body, {
      head: ["NAME", "POOL", "STATE", "HEARD", "ENGINE"],
      rows,
      none: "no machine has joined yet. Let one join:  berth agent token --pool home",
    });
    return 0;
  },
};

/** `berth agent remove` */
export const agentRemove: Command = {
  name: "agent remove",
  summary: "forget a machine and its key",
  args: [{ name: "AGENT", required: true, summary: "its name or id, as in berth agent list" }],
  flags: [YES_FLAG, ...BROKER_FLAGS],
  examples: [{ line: "berth agent remove pi --yes", does: "what it runs is placed elsewhere" }],
  run: async (given, ctx) => {
    const { confirm } = await import("../confirm.ts");
    const client = connect(given, ctx);
    const { body } = await client.call<AgentList>({ method: "GET", path: "/v1/agents" });
    const agent = pick(body.agents, required(given, "AGENT"));
    await confirm(
      ctx,
      given.on.has("yes"),
      `Forget ${agent.name} of pool ${agent.pool}? What still runs there counts as gone.`,
    );
    const path = `/v1/agents/${encodeURIComponent(agent.id)}`;
    await client.call({ method: "DELETE", path, query: { confirm: agent.name } });
    if (!given.on.has(JSON_FLAG.name)) ctx.stdout.write(`${agent.name} is forgotten\n`);
    return 0;
  },
};

function pick(agents: readonly AgentView[], named: string): AgentView {
  const found = agents.filter(({ id, name }) => id === named || name === named);
  const [only] = found;
  if (found.length === 1 && only !== undefined) return only;
  throw usage(
    `${found.length === 0 ? "no agent is" : "more than one agent is"} called ${JSON.stringify(named)}`,
    "Which there are:  berth agent list",
  );
}

// An agent that lives may still know nothing of its containers.
function stateOf({ state, report }: AgentView): string {
  if (state === "never-heard") return "joined";
  return state === "alive" && report?.engineOk === false ? "engine silent" : state;
}
