import type { Answer } from "./api.ts";
import type { EcsRules } from "./rules.ts";
import { simulate } from "./simulate.ts";
import { EMPTY_STATE, type EcsState } from "./state.ts";

/** A simulated account held in memory, and what can be done to it from outside AWS's API. */
export interface SimulatedAccount {
  readonly answer: Answer;
  state(): EcsState;
  /** Other rules from now on: something breaks, or is mended. */
  behave(changes: Partial<EcsRules>): void;
}

/** An account in memory over a clock. */
export function simulatedAccount(rules: EcsRules, now: () => number): SimulatedAccount {
  let state = EMPTY_STATE;
  let held = rules;
  return {
    async answer(request) {
      const next = simulate(state, request, now(), held);
      state = next.state;
      return next.reply;
    },
    state: () => state,
    behave: (changes) => {
      held = { ...held, ...changes };
    },
  };
}
