import type { plans } from "../../db/schema.ts";
import type { Plan, Template, Unit } from "../domain/plan.ts";
import { fitting, MAX_ROW_BYTES } from "./row-size.ts";
import { cutLines, MAX_LINES_BYTES } from "./words.ts";

type PlanRow = typeof plans.$inferSelect;

/** A plan as stored: units refer to their template by number, since most units of a plan share one. */
export interface PackedPlan extends Omit<
  Plan,
  "units" | "state" | "stateReason" | "logTail" | "endedAt" | "abort"
> {
  readonly units: readonly (Omit<Unit, "template"> & { readonly template: number })[];
  readonly templates: readonly Template[];
}

/** The row of a plan, without what tells a committed one from a proposed one. Throws `too-large-to-store`. */
export function planColumns(plan: Plan) {
  const { units, state, stateReason, logTail, endedAt, abort: _abort, ...rest } = plan;
  const templates: Template[] = [];
  const numbers = new Map<string, number>();
  const pack = ({ template, ...unit }: Unit) => {
    const text = JSON.stringify(template);
    const number = numbers.get(text) ?? templates.push(template) - 1;
    numbers.set(text, number);
    return { ...unit, template: number };
  };
  const body: PackedPlan = { ...rest, units: units.map(pack), templates };
  return {
    id: plan.id,
    workload: plan.workload,
    body: fitting(`The plan of ${plan.workload}`, body, MAX_ROW_BYTES - MAX_LINES_BYTES),
    state,
    stateReason: stateReason ?? null,
    logTail: cutLines(logTail),
    createdAt: plan.createdAt,
    endedAt: endedAt ?? null,
  };
}

/** The plan of a row. */
export function planOf(row: PlanRow): Plan {
  const { units, templates, ...rest } = row.body;
  const unpack = ({ template, ...unit }: PackedPlan["units"][number]): Unit => ({
    ...unit,
    template: templateOf(templates, template, row.id),
  });
  return {
    ...rest,
    units: units.map(unpack),
    state: row.state,
    stateReason: row.stateReason ?? undefined,
    logTail: row.logTail,
    endedAt: row.endedAt ?? undefined,
    ...(row.abort === null ? {} : { abort: row.abort }),
  };
}

function templateOf(templates: readonly Template[], number: number, plan: string): Template {
  const template = templates[number];
  if (template === undefined)
    throw new Error(`plan ${plan} names template ${number}, which its row does not hold`);
  return template;
}
