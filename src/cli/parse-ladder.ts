import { LADDER_STEPS, type LadderStep } from "../domain/budget.ts";
import { usage } from "./refusal.ts";

/** A rung as the API takes it. */
export interface LadderRung {
  readonly do: LadderStep;
  readonly atPercent: number;
  readonly graceMinutes?: number;
}

const RUNG = /^([a-z-]+)@(\d{1,4})(?:\+(\d{1,5}))?$/;

/** Rungs of `warn@80,scale-down@120+60`: what to do, at which percent, and minutes of grace. Throws a usage `Refusal`. */
export function parseLadder(text: string): readonly LadderRung[] {
  return text.split(",").map((part) => {
    const [, word, percent, grace] = RUNG.exec(part.trim()) ?? [];
    const what = LADDER_STEPS.find((step) => step === word);
    if (what === undefined || percent === undefined)
      throw usage(
        `${JSON.stringify(part.trim())} is no rung of a ladder: write one of ${LADDER_STEPS.join(", ")}, then @PERCENT`,
        "For instance:  --ladder warn@80,block-new@100,scale-down@120+60",
      );
    return {
      do: what,
      atPercent: Number(percent),
      ...(grace === undefined ? {} : { graceMinutes: Number(grace) }),
    };
  });
}
