import type { plans } from "../../db/schema.ts";
import type { Plan, Template, Unit } from "../domain/plan.ts";
import { decode, encode } from "./encode.ts";

type PlanRow = typeof plans.$inferSelect;

/** A plan as stored: units refer to their template by number, since most units of a plan share one. */
interface PackedBody extends Omit<Plan, "units" | "state" | "stateReason" | "logTail" | "endedAt"> {
  readonly units: readonly (Omit<Unit, "template"> & { readonly template: number })[];
  readonly templates: readonly Template[];
}

/** The row of a plan, without what tells a committed one from a proposed one. Throws `too-large-to-store`. */
export function planColumns(plan: Plan) {
  const { units, state, stateReason, logTail, endedAt, ...rest } = plan;
  const templates: Template[] = [];
  const numbers = new Map<string, number>();
  const packed = units.map(({ template, ...unit }) => {
    const text = JSON.stringify(template);
    const number = numbers.get(text) ?? templates.push(template) - 1;
    numbers.set(text, number);
    return { ...unit, template: number };
  });
  const body: PackedBody = { ...rest, units: packed, templates };
  return {
    id: plan.id,
    workload: plan.workload,
    body: encode(`The plan of ${plan.workload}`, body),
    state,
    stateReason: stateReason ?? null,
    logTail: encode(`The log lines of ${plan.workload}`, logTail, MAX_LOG_TAIL_BYTES),
    createdAt: plan.createdAt,
    endedAt: endedAt ?? null,
  };
}

/** The plan of a row. */
export function planOf(row: PlanRow): Plan {
  const { units, templates, ...rest } = decode<PackedBody>(row.body);
  return {
    ...rest,
    units: units.map((unit) => ({ ...unit, template: templateOf(templates, unit.template, row.id) })),
    state: row.state,
    stateReason: row.stateReason ?? undefined,
    logTail: decode<readonly string[]>(row.logTail),
    endedAt: row.endedAt ?? undefined,
  };
}

/** What a log tail may take of a plan's row, bytes. */
export const MAX_LOG_TAIL_BYTES = 100_000;

function templateOf(templates: readonly Template[], number: number, plan: string): Template {
  const template = templates[number];
  if (template === undefined)
    throw new Error(`plan ${plan} names template ${number}, which its row does not hold`);
  return template;
}
