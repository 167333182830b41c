import { Fault } from "../domain/fault.ts";
import type { Explanation } from "../domain/plan.ts";
import { type NearestChange, nearestSentence } from "../policy/nearest-change.ts";

/** Nothing can take a spec: `no-placement`, whose body is the whole explanation, and the least that would have to change. */
export class NoPlacement extends Fault {
  readonly workload: string;
  readonly because: string;
  readonly explanation: Explanation;
  constructor(workload: string, because: string, explanation: Explanation, nearest?: NearestChange) {
    const { ranked, rejected, omitted, layers } = explanation;
    const hint = nearest === undefined ? "" : ` ${nearestSentence(nearest)}.`;
    super("no-placement", `No place can take ${workload}: ${because}.${hint}`, {
      extra: {
        ranked,
        rejected,
        ...(omitted === undefined ? {} : { omitted }),
        ...(layers === undefined ? {} : { layers }),
        ...(nearest === undefined ? {} : { nearest }),
      },
    });
    this.workload = workload;
    this.because = because;
    this.explanation = explanation;
  }
}
