import { and, asc, eq, lte, or, isNull, sql } from "drizzle-orm";
import { agents, joinTokens } from "../../db/schema.ts";
import { type Database, MAX_LIST } from "./database.ts";
import { fitting } from "./row-size.ts";
import { insertFrom } from "./insert-from.ts";
import type { Agent, InstanceStore } from "./instance.ts";
import { all } from "./keys.ts";

type Agents = Pick<
  InstanceStore,
  "insertJoinToken" | "joinAgent" | "agent" | "agents" | "touchAgent" | "removeAgent"
>;

/** Agents, and the single-use tokens they join with. */
export function agentStore(db: Database): Agents {
  return {
    async insertJoinToken(token) {
      await db.batch([
        db.insert(joinTokens).values({ ...token, agentName: token.agentName ?? null }),
        db.delete(joinTokens).where(lte(joinTokens.expiresAt, token.createdAt)),
      ]);
    },
    joinAgent: (hash, agent, now) => joinAgent(db, hash, agent, now),
    async agent(id) {
      return (await db.select().from(agents).where(eq(agents.id, id))).map(agentOf)[0];
    },
    async agents(project, pool) {
      const mine = and(eq(agents.project, project), pool === undefined ? undefined : eq(agents.pool, pool));
      const order = [asc(agents.joinedAt), asc(agents.id)];
      const rows = await db
        .select()
        .from(agents)
        .where(mine)
        .orderBy(...order)
        .limit(MAX_LIST);
      return rows.map(agentOf);
    },
    async touchAgent(id, report) {
      // Two lines of one agent may overlap: the older word does not replace the newer.
      const older = or(isNull(agents.seenAt), lte(agents.seenAt, report.seenAt));
      const text = fitting(`The report of agent ${id}`, report);
      await db
        .update(agents)
        .set({ report: text, seenAt: report.seenAt })
        .where(and(eq(agents.id, id), older));
    },
    async removeAgent(project, id) {
      const one = and(eq(agents.project, project), eq(agents.id, id));
      return (await db.delete(agents).where(one).returning({ id: agents.id })).length === 1;
    },
  };
}

// The token is spent and the agent made in one batch, each only if the other is: neither a spent token without an agent nor two agents.
async function joinAgent(
  db: Database,
  hash: string,
  agent: Omit<Agent, "project" | "pool">,
  now: number,
): Promise<Agent | undefined> {
  const isNew = sql`not exists (select 1 from ${agents} where ${eq(agents.id, agent.id)})`;
  const spendable = all(
    eq(joinTokens.hash, hash),
    isNull(joinTokens.usedAt),
    sql`expires_at > ${now}`,
    sql`coalesce(agent_name, ${agent.name}) = ${agent.name}`,
  );
  const report =
    agent.report === undefined
      ? null
      : JSON.stringify(fitting(`The report of agent ${agent.name}`, agent.report));
  const [spent] = await db.batch([
    db.update(joinTokens).set({ usedAt: now, usedBy: agent.id }).where(all(spendable, isNew)).returning(),
    insertFrom(
      db,
      agents,
      {
        id: sql`${agent.id}`,
        project: sql`project`,
        pool: sql`pool`,
        name: sql`${agent.name}`,
        publicKey: sql`${agent.publicKey}`,
        joinedAt: sql`${agent.joinedAt}`,
        report: sql`${report}`,
        seenAt: sql`${agent.report?.seenAt ?? null}`,
      },
      sql`join_tokens where hash = ${hash} and used_by = ${agent.id} and ${isNew}`,
    ),
  ]);
  const token = spent[0];
  return token === undefined ? undefined : { ...agent, project: token.project, pool: token.pool };
}

function agentOf(row: typeof agents.$inferSelect): Agent {
  const { id, project, pool, name, publicKey, joinedAt } = row;
  return { id, project, pool, name, publicKey, joinedAt, report: row.report ?? undefined };
}
