import { getTableColumns, sql } from "drizzle-orm";
import { plans } from "../../db/schema.ts";
import type { Plan, Template, Unit } from "../domain/plan.ts";
import type { Database } from "./database.ts";
import type { PackedPlan, UnitBody } from "./row-bodies.ts";
import { type JsonText, MAX_ROW_BYTES, textsThatFit } from "./row-size.ts";
import { unitOf } from "./unit-row.ts";
import { cutLines, MAX_LINES_BYTES } from "./words.ts";

/** A plan's row, and the units it names in `born`: their bodies by their ids, as what stands between the braces of a JSON object. */
type PlanRow = typeof plans.$inferSelect & { readonly bodies: string | null };

/** What the body may take of a plan's row, bytes. The rest is for its last lines. */
const MAX_BODY_BYTES = MAX_ROW_BYTES - MAX_LINES_BYTES;
/**
 * The longest bodies of units, together in UTF-16 code units, that a plan leaves to their rows. Whoever reads the plan gets them as one
 * text, and D1 gives out at most 2 MB of it (Cloudflare D1, Limits); in the plan, what several units have alike stands once.
 */
const MAX_BORN_LENGTH = 100_000;

/** The rows of new units, which a plan beside them leaves to those. */
type NewUnits = ReadonlyMap<Unit, { readonly body: JsonText | null }>;

/**
 * The row of a plan, its body as text, to travel in a list of rows; without what tells a committed one from a proposed one. Beside the
 * rows of its new units it does not hold those again. Throws `too-large-to-store`.
 */
export function planEntry(plan: Plan, newUnits: NewUnits = new Map()) {
  const born = bornOf(plan, newUnits);
  const body = born === null ? packed(plan) : withoutUnits(plan);
  return { ...bareColumns(plan), born, ...textsThatFit(nameOf(plan), { body }, MAX_BODY_BYTES) };
}

/** Rows that `planOf` reads. */
export function selectPlans(db: Database) {
  return db
    .select({ ...getTableColumns(plans), bodies: BODIES })
    .from(plans)
    .$dynamic();
}

// Names in full: drizzle leaves a column's table out where a query names but one in its `from`.
const BODIES = sql<string | null>`(select group_concat(json_quote(units.id) || ':' || units.body) from units
  where units.project = plans.project and units.environment = plans.environment and units.workload = plans.workload
  and units.id in (select value from json_each(plans.born)))`.as("bodies");

/** The plan of a row. */
export function planOf(row: PlanRow): Plan {
  const { units, templates = [], ...rest } = row.body;
  const { project, environment, workload, id, createdAt } = row;
  const unpack = ({ template, ...unit }: NonNullable<PackedPlan["units"]>[number]): Unit => ({
    ...unit,
    template: templateOf(templates, template, row.id),
  });
  return {
    ...rest,
    project,
    environment,
    workload,
    id,
    createdAt,
    units: units === undefined ? bornUnits(row) : units.map(unpack),
    state: row.state,
    stateReason: row.stateReason ?? undefined,
    logTail: row.logTail,
    endedAt: row.endedAt ?? undefined,
    ...(row.abort === null ? {} : { abort: row.abort }),
  };
}

function bornUnits(row: PlanRow): readonly Unit[] {
  const bodies: Readonly<Record<string, UnitBody>> = JSON.parse(`{${row.bodies ?? ""}}`);
  return (row.born ?? []).map((id) => {
    const body = Object.hasOwn(bodies, id) ? bodies[id] : undefined;
    if (body === undefined) throw new Error(`plan ${row.id} began with unit ${id}, which has no row`);
    return unitOf({ ...row, id }, body);
  });
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

function bornOf(plan: Plan, newUnits: NewUnits) {
  let length = 0;
  for (const unit of plan.units) length += newUnits.get(unit)?.body?.text.length ?? Number.POSITIVE_INFINITY;
  return length > MAX_BORN_LENGTH ? null : plan.units.map(({ id }) => id);
}

function packed(plan: Plan): PackedPlan {
  const templates: Template[] = [];
  const numberOf = numbering(templates);
  const units = plan.units.map((unit) => ({ ...unit, template: numberOf(unit.template) }));
  return { ...withoutUnits(plan), units, templates };
}

// JSON leaves out what is undefined, and copying all and emptying some is faster than copying all but some.
function withoutUnits(plan: Plan): PackedPlan {
  const none = undefined;
  const columns = { project: none, environment: none, workload: none, id: none, createdAt: none };
  const more = { state: none, stateReason: none, logTail: none, endedAt: none, abort: none };
  const body = { ...plan, ...columns, ...more, units: none };
  return body;
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
