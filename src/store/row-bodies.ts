import type { Plan, Template, Unit } from "../domain/plan.ts";
import type { Route } from "./route.ts";

/** A plan as stored: units refer to their template by number, since most units of a plan share one. Older rows repeat what columns say. */
export interface PackedPlan extends Omit<
  Plan,
  | "project"
  | "environment"
  | "workload"
  | "id"
  | "createdAt"
  | "units"
  | "state"
  | "stateReason"
  | "logTail"
  | "endedAt"
  | "abort"
> {
  /** Absent, as are their templates, where the row's `born` names them. */
  readonly units?: readonly (Omit<Unit, "template"> & { readonly template: number })[] | undefined;
  readonly templates?: readonly Template[] | undefined;
}

/** What the key of a unit's row says. */
export type UnitKey = Pick<Unit, "project" | "environment" | "workload" | "id">;

/** A unit as its row's body holds it. What the key of the row says is not said again; older rows do. */
export type UnitBody = Omit<Unit, keyof UnitKey>;

/** What a route's row holds as JSON. */
export type RouteBody = Omit<Route, "project" | "environment" | "workload" | "version" | "changedAt">;
