import type { JoinReply } from "../domain/agent-protocol.ts";
import { joinBroker } from "./broker-client.ts";
import type { BrokerPorts } from "./broker-client.ts";
import { loadIdentity, saveIdentity } from "./identity.ts";
import type { Identity } from "./identity.ts";

/** What a join goes by. */
export interface JoinOptions {
  readonly dataDir: string;
  readonly joinToken?: string | undefined;
  readonly pool: string;
  readonly name: string;
  readonly log: (sentence: string) => void;
}

/** Who this agent is, after joining if it has not joined yet. The key is on disk before the token is spent. Throws a sentence. */
export async function joinedIdentity(
  options: JoinOptions,
  broker: BrokerPorts,
): Promise<Identity & { readonly joined: JoinReply }> {
  const { dataDir, log, joinToken, pool, name } = options;
  const { key, joined } = await loadIdentity(dataDir, log);
  if (joined !== undefined) {
    if (joined.pool !== pool) {
      throw new Error(
        `the agent in ${dataDir} belongs to pool ${joined.pool}, not ${pool}: give it another --data`,
      );
    }
    if (joinToken !== undefined) log("this agent has joined before; the token is not needed");
    return { key, joined };
  }
  if (joinToken === undefined) {
    throw new Error(
      "this agent has not joined yet: make a token with `berth agent token` and give it with --token",
    );
  }
  const answer = await joinBroker(broker, joinToken, name, key);
  await saveIdentity(dataDir, { key, joined: answer });
  if (answer.pool !== pool) {
    throw new Error(
      `the token was for pool ${answer.pool}, and the agent has joined that: start it with --pool ${answer.pool}`,
    );
  }
  return { key, joined: answer };
}
