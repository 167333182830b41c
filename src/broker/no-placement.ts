import { Fault } from "../domain/fault.ts";
import type { Explanation } from "../domain/plan.ts";

/** Nothing can take a spec: `no-placement`, whose body is the whole explanation. */
export class NoPlacement extends Fault {
  readonly because: string;
  readonly explanation: Explanation;
  constructor(workload: string, because: string, explanation: Explanation) {
    const { ranked, rejected, omitted } = explanation;
    super("no-placement", `No place can take ${workload}: ${because}.`, {
      extra: { ranked, rejected, ...(omitted === undefined ? {} : { omitted }) },
    });
    this.because = because;
    this.explanation = explanation;
  }
}
