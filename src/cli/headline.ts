import type { PlanView } from "./api.ts";
import { placesWords } from "../render/place-words.ts";

/** How a headline speaks of a plan: it was made, it is the one already in force, or it only would be. */
export type Mood = "made" | "unchanged" | "would";

/** One line about a plan: workload, number, environment, and where it goes or stays, and why where that is known. */
export function headline(plan: PlanView, mood: Mood, because = plan.incumbent?.because): string {
  const number = mood === "would" && plan.state !== "held" ? "dry run" : `plan ${plan.generation}`;
  return [
    plan.workload,
    number,
    plan.environment,
    mood === "unchanged" ? UNCHANGED : whereTo(plan, mood, because),
  ].join(" · ");
}

const UNCHANGED = "unchanged: this spec and image are deployed already";

function whereTo(plan: PlanView, mood: Mood, because: string | undefined): string {
  if (plan.trigger === "destroy") return "to be removed";
  const places = placesWords(plan.units.map((unit) => unit.place));
  const { incumbent } = plan;
  const [stay, go, move] =
    mood === "would"
      ? ["would stay on", "would go to", "would move to"]
      : ["stays on", "goes to", "moves to"];
  const verb = incumbent === undefined ? go : incumbent.stays ? stay : move;
  return `${verb} ${places}${because === undefined ? "" : ` (${because})`}`;
}
