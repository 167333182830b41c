import type { AciReply } from "../../src/adapters/aci/simulator/refusal.ts";
import type { AciRequest } from "../../src/adapters/aci/simulator/request.ts";
import type { SimulatedReply, SimulatedRequest } from "../../src/adapters/cloud-run/simulator/reply.ts";
import type { EcsReply, EcsRequest } from "../../src/adapters/ecs/simulator/simulate.ts";
import type { ContractJudge } from "../../src/adapters/simulated-cloud.ts";
import type { Cloud } from "../../src/domain/place.ts";
import { armJudge } from "./arm-judge.ts";
import { replyViolations as awsReply, requestViolations as awsRequest } from "./botocore.ts";
import { demandNone } from "./ledger.ts";
import { replyViolations as googleReply, requestViolations as googleRequest } from "./run-discovery.ts";

/** What is wrong with one side of an exchange, each with its path. */
interface Contract {
  readonly name: string;
  request(request: object): readonly string[];
  reply(request: object, reply: unknown): readonly string[];
}

// Requests and replies are what this cloud's own simulator takes and gives: the session hands both over as they are.
const CONTRACTS: Readonly<Record<Cloud, Contract>> = {
  ecs: {
    name: "AWS",
    request: (request) => awsRequest(request as EcsRequest),
    reply: (request, reply) => awsReply(request as EcsRequest, reply as EcsReply),
  },
  aci: {
    name: "Azure",
    request: (request) => armJudge().request(request as AciRequest),
    reply: (request, reply) => {
      const answer = reply as AciReply;
      // Nobody sees an answer that is lost.
      return answer.status === 0 ? [] : armJudge().reply(request as AciRequest, answer);
    },
  },
  "cloud-run": {
    name: "Google",
    request: (request) => googleRequest(request as SimulatedRequest),
    reply: (request, reply) => googleReply(request as SimulatedRequest, reply as SimulatedReply),
  },
};

/**
 * Judges everything that goes to a sandbox's simulated cloud, and comes back, by that cloud's own contract. `toldOf` hears of every
 * violation; the error goes to whoever sent the request.
 */
export function simulatedJudge(
  toldOf: (violations: readonly string[], contract: string) => void,
): ContractJudge {
  const judge = (cloud: Cloud, violations: readonly string[]) => {
    if (violations.length > 0) toldOf(violations, CONTRACTS[cloud].name);
  };
  return {
    request: (cloud, request) => judge(cloud, CONTRACTS[cloud].request(request)),
    reply: (cloud, request, reply) => judge(cloud, CONTRACTS[cloud].reply(request, reply)),
  };
}

/** The judge of the tests' sandboxes: a violation fails the test, whoever catches the error. */
export const judgeSimulated: ContractJudge = simulatedJudge(demandNone);
