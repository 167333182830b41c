import type { SimulatedReply, SimulatedRequest } from "../../../src/adapters/cloud-run/simulator/reply.ts";
import { simulate } from "../../../src/adapters/cloud-run/simulator/simulate.ts";
import {
  emptyProject,
  type ProjectRules,
  type ProjectState,
  USUAL_RULES,
} from "../../../src/adapters/cloud-run/simulator/state.ts";
import { demandNone } from "../../contracts/ledger.ts";
import { replyViolations, requestViolations } from "../../contracts/run-discovery.ts";
import { clock } from "../fixtures.ts";
import { PROJECT } from "./settings.ts";

/** A simulated Google project with a clock. Every request and reply is held against Google's contract; a violation throws. */
export interface Project {
  readonly now: () => number;
  readonly pass: (ms: number) => void;
  readonly send: (request: SimulatedRequest) => SimulatedReply;
  readonly state: () => ProjectState;
  /** Changes the rules from now on. */
  readonly rule: (changes: Partial<ProjectRules>) => void;
  /** Puts a state in place of the one that is there. */
  readonly become: (state: ProjectState) => void;
  /** Every request so far. */
  readonly asked: readonly SimulatedRequest[];
  /** Ids of the jobs that were made, each with the one execution it began with. */
  readonly began: readonly string[];
  /** From now on nothing answers as Google would. */
  readonly breakDown: () => void;
}

export function project(changes: Partial<ProjectRules> = {}): Project {
  const time = clock();
  let rules: ProjectRules = { ...USUAL_RULES, project: PROJECT, ...changes };
  let state = emptyProject();
  let broken = false;
  const asked: SimulatedRequest[] = [];
  const began: string[] = [];
  return {
    now: time.now,
    pass: (ms) => time.pass(ms),
    state: () => state,
    asked,
    began,
    rule: (more) => {
      rules = { ...rules, ...more };
    },
    become: (other) => {
      state = other;
    },
    breakDown: () => {
      broken = true;
    },
    send(request) {
      if (broken) return { status: 501, body: undefined };
      asked.push(request);
      demandNone(requestViolations(request), "Google");
      const step = simulate(state, request, time.now(), rules);
      demandNone(replyViolations(request, step.reply), "Google");
      if (request.path.endsWith("/jobs") && request.method === "POST" && step.reply.status === 200)
        began.push(request.query["jobId"] ?? "");
      // What is kept is what can be kept: JSON.
      state = structuredClone(step.state);
      return step.reply;
    },
  };
}
