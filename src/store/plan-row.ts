import type { plans } from "../../db/schema.ts";
import type { Plan, Template, Unit } from "../domain/plan.ts";
import { fitting, MAX_ROW_BYTES, textsThatFit } from "./row-size.ts";
import { cutLines, MAX_LINES_BYTES } from "./words.ts";

type PlanRow = typeof plans.$inferSelect;

/** What the body may take of a plan's row, bytes. The rest is for its last lines. */
const MAX_BODY_BYTES = MAX_ROW_BYTES - MAX_LINES_BYTES;

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
  return { ...bareColumns(plan), body: fitting(nameOf(plan), packed(plan), MAX_BODY_BYTES) };
}

/** The same, its body as text, to travel in a list of rows. */
export function planEntry(plan: Plan) {
  return { ...bareColumns(plan), ...textsThatFit(nameOf(plan), { body: packed(plan) }, MAX_BODY_BYTES) };
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

const nameOf = ({ workload }: Plan) => `The plan of ${workload}`;

function bareColumns({ id, workload, state, stateReason, logTail, createdAt, endedAt }: Plan) {
  return {
    id,
    workload,
    state,
    stateReason: stateReason ?? null,
    logTail: cutLines(logTail),
    createdAt,
    endedAt: endedAt ?? null,
  };
}

function packed(plan: Plan): PackedPlan {
  const {
    units,
    state: _state,
    stateReason: _why,
    logTail: _tail,
    endedAt: _end,
    abort: _abort,
    ...rest
  } = plan;
  const templates: Template[] = [];
  const numberOf = numbering(templates);
  return { ...rest, units: units.map((unit) => ({ ...unit, template: numberOf(unit.template) })), templates };
}

// Units that were frozen together share one object; only a second object is compared by its text.
function numbering(templates: Template[]): (template: Template) => number {
  const numbers = new Map<Template | string, number>();
  return (template) => {
    const known = numbers.get(template);
    if (known !== undefined) return known;
    if (templates.length === 1) numbers.set(JSON.stringify(templates[0]), 0);
    const text = templates.length === 0 ? undefined : JSON.stringify(template);
    const number = (text === undefined ? undefined : numbers.get(text)) ?? templates.push(template) - 1;
    numbers.set(template, number);
    if (text !== undefined) numbers.set(text, number);
    return number;
  };
}
