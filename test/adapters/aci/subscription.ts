import { simulateAci } from "../../../src/adapters/aci/simulator/simulate.ts";
import type { AciReply } from "../../../src/adapters/aci/simulator/refusal.ts";
import type { AciRequest } from "../../../src/adapters/aci/simulator/request.ts";
import { type AciSimRules, USUAL_RULES } from "../../../src/adapters/aci/simulator/rules.ts";
import { type AciSimState, EMPTY_SUBSCRIPTION, present } from "../../../src/adapters/aci/simulator/state.ts";
import { armJudge } from "../../contracts/arm-judge.ts";
import { demandNone } from "../../contracts/ledger.ts";
import { clock } from "../fixtures.ts";

/** A simulated subscription with a clock of its own. Every request and answer is held against Microsoft's contract; a violation throws. */
export interface Subscription {
  readonly now: () => number;
  pass(ms: number): void;
  rules: AciSimRules;
  state: AciSimState;
  /** Everything that was sent, oldest first, as it came over the wire. */
  readonly sent: AciRequest[];
  send: (request: AciRequest) => AciReply;
  /** Names of the groups that exist. */
  names(): readonly string[];
}

/** A subscription without delays but those asked for. */
export function subscription(rules: Partial<AciSimRules> = {}): Subscription {
  const time = clock();
  const self: Subscription = {
    now: time.now,
    pass: (ms) => time.pass(ms),
    rules: { ...USUAL_RULES, ...rules },
    state: EMPTY_SUBSCRIPTION,
    sent: [],
    send(request) {
      self.sent.push(request);
      demandNone(armJudge().request(request), "Azure");
      const { state, reply } = simulateAci(self.state, request, time.now(), self.rules);
      // What is kept must be JSON, and the machine must not change what it was given.
      self.state = JSON.parse(JSON.stringify(state)) as AciSimState;
      if (reply.status > 0) demandNone(armJudge().reply(request, reply), "Azure");
      return JSON.parse(JSON.stringify(reply)) as AciReply;
    },
    names: () =>
      present(self.state, time.now())
        .map(([name]) => name)
        .sort(),
  };
  return self;
}

/** The calls that change something, as `PUT name`. */
export function writes({ sent }: Subscription): readonly string[] {
  return sent
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.split("/").at(-1) ?? ""}`);
}
