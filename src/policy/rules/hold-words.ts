import type { Hold } from "../../domain/plan.ts";

/** What is left of some holds once so many people, none of them an author, have agreed. */
export function holdsLeft(holds: readonly Hold[], agreed: number): readonly Hold[] {
  return holds.filter((hold) => hold.kind !== "approval" || agreed < (hold.approvals ?? 1));
}

/** What a held plan waits for, as one sentence without its full stop. */
export function holdWords(holds: readonly Hold[], agreed: number): string {
  return holds.map((hold) => `${WAITS[hold.kind](hold, agreed)} (${hold.rule}: ${hold.message})`).join("; ");
}

const WAITS: Readonly<Record<Hold["kind"], (hold: Hold, agreed: number) => string>> = {
  approval: ({ approvals = 1 }, agreed) =>
    approvals === 1
      ? "it waits for somebody else to approve it"
      : `it waits for ${approvals} people to approve it, ${agreed} so far`,
  freeze: ({ until }) => `it waits for a freeze to end${untilWords(until)}`,
  budget: ({ until }) => `it waits for room in a budget${untilWords(until)}`,
};

const untilWords = (until: number | undefined): string =>
  until === undefined ? "" : ` at ${new Date(until).toISOString()}`;
