import { placeLabel } from "../domain/place.ts";
import type { EventView, PlannedUnit, PlanView, RevisionView, UnitView } from "./api.ts";
import { count } from "./figures.ts";
import { placesWords } from "../render/place-words.ts";
import type { ProgressLine } from "./progress.ts";

/** One thing a plan goes through, as a person follows it. */
export interface Step extends ProgressLine {
  readonly name: "image" | "start" | "shift" | "finish";
}

/** What is known of a plan that is under way. */
export interface Look {
  readonly plan: PlanView;
  readonly units: readonly UnitView[];
  readonly revision: RevisionView | undefined;
  /** Events of this plan, oldest first. */
  readonly events: readonly EventView[];
}

/** The steps of a plan as they stand, in their order. A step that does not apply is left out. */
export function stepsOf(look: Look): readonly Step[] {
  const steps = [image(look), start(look), shift(look), finish(look)].filter((step) => step !== undefined);
  return look.plan.state === "rolled-back" || look.plan.state === "failed"
    ? markFailure(steps, look.plan)
    : steps;
}

function image({ revision }: Look): Step | undefined {
  if (revision === undefined) return undefined;
  const digest = revision.digest === undefined ? "" : ` -> ${short(revision.digest)}`;
  return { name: "image", state: "done", text: `${revision.image}${digest}` };
}

// sha256:9f2c51aa…e1 is enough to recognise and short enough for 80 columns.
function short(digest: string): string {
  const [algorithm, hex = ""] = digest.split(":");
  return hex.length <= 16 ? digest : `${algorithm}:${hex.slice(0, 8)}…${hex.slice(-2)}`;
}

function start({ plan, units, events }: Look): Step | undefined {
  const fresh = plan.units.filter((unit) => unit.birth === plan.generation);
  if (fresh.length === 0) return plan.units.length === 0 ? undefined : keeps(plan);
  const wanted = fresh.reduce((sum, unit) => sum + Math.max(1, unit.replicas.min), 0);
  const seen = fresh.flatMap(({ id }) => units.find((unit) => unit.id === id) ?? []);
  const serving = Math.min(
    wanted,
    seen.reduce((sum, unit) => sum + unit.ready, 0),
  );
  const said = `${serving} of ${wanted} serving${placesIfSeveral(fresh)}`;
  if (plan.state === "ready" || serving === wanted) return { name: "start", state: "done", text: said };
  const trouble = seen.find((unit) => unit.reason !== undefined)?.reason ?? lastSetback(events);
  const phase = seen.find((unit) => unit.phase !== undefined && unit.phase !== "ready")?.phase;
  return { name: "start", state: "active", text: withDetail(said, trouble ?? phase) };
}

function keeps(plan: PlanView): Step {
  return {
    name: "start",
    state: "done",
    text: `nothing new: ${count(plan.units.length, "unit")} kept as they are`,
  };
}

// The headline has already named the place of a plan that has one.
function placesIfSeveral(units: readonly PlannedUnit[]): string {
  const places = units.map((unit) => unit.place);
  return new Set(places.map(placeLabel)).size < 2 ? "" : ` on ${placesWords(places)}`;
}

function lastSetback(events: readonly EventView[]): string | undefined {
  return events.findLast((event) => event.type === "unit.setback")?.message;
}

const withDetail = (text: string, detail: string | undefined): string =>
  detail === undefined ? text : `${text}: ${detail}`;

function shift({ plan, units, events }: Look): Step | undefined {
  const last = events.findLast((event) => event.type === "traffic.shifted");
  if (last === undefined) return undefined;
  if (plan.units.length === 0) return { name: "shift", state: "done", text: "no traffic any more" };
  const mine = new Set(plan.units.map((unit) => unit.name));
  const ids = new Map([...plan.units, ...units].map((unit) => [unit.id, unit.name]));
  const percent = weightsOf(last).reduce(
    (sum, { unit, weight }) => (mine.has(ids.get(unit) ?? unit) ? sum + weight : sum),
    0,
  );
  return { name: "shift", state: percent === 100 ? "done" : "active", text: `${percent} % of traffic` };
}

function weightsOf(event: EventView): readonly { readonly unit: string; readonly weight: number }[] {
  const list = event.data["upstreams"];
  return Array.isArray(list) ? list : [];
}

function finish({ plan, units, events }: Look): Step | undefined {
  const doomed = events.filter((event) => event.type === "unit.doomed");
  if (doomed.length === 0) return undefined;
  const left = units.filter((unit) => unit.state === "doomed").length;
  const old = count(doomed.length, "old unit");
  const blocked = units.filter((unit) => unit.state === "cleanup-blocked");
  if (blocked.length > 0)
    return {
      name: "finish",
      state: "failed",
      text: withDetail(`cleanup-blocked: ${blocked.length} of ${old} cannot be removed`, blocked[0]?.reason),
    };
  if (left === 0) return { name: "finish", state: "done", text: `${old} quiesced and removed` };
  if (plan.state === "ready")
    return { name: "finish", state: "done", text: `${old} without traffic, being removed` };
  return { name: "finish", state: "active", text: `${left} of ${old} still to go` };
}

// What was under way when the plan ended is what failed; the plan says why.
function markFailure(steps: readonly Step[], plan: PlanView): readonly Step[] {
  const at = steps.findLastIndex((step) => step.name !== "finish" && step.state !== "done");
  return steps.flatMap((step, index): readonly Step[] => {
    if (step.name === "finish") return [];
    if (index !== at) return [step];
    const [said = step.text] = step.text.split(": ");
    return [{ ...step, state: "failed", text: withDetail(said, plan.stateReason) }];
  });
}
