import type { ArmGroup } from "../arm.ts";

/** A simulated subscription: plain JSON, so that it can be kept anywhere and taken up again as it was. No secret's value is in it. */
export interface AciSimState {
  /** By name, which is unique in the resource group. */
  readonly groups: Readonly<Record<string, SimGroup>>;
  readonly levels: Readonly<Record<string, { readonly tokens: number; readonly at: number }>>;
  /** How many calls each fault rule has seen. */
  readonly struck: Readonly<Record<string, number>>;
}

/** A group with the moments, ms, from which its state follows by the time alone. */
export interface SimGroup {
  readonly document: ArmGroup;
  readonly createdAt: number;
  /** When its containers were last told to start: at the PUT, or at a later one. */
  readonly startedAt: number;
  /** How often a PUT has restarted them. */
  readonly updates: number;
  readonly goneAt?: number | undefined;
  readonly deletedAt?: number | undefined;
}

/** A subscription with nothing in it. */
export const EMPTY_SUBSCRIPTION: AciSimState = { groups: {}, levels: {}, struck: {} };

/** Groups that exist at `now`, those being deleted among them. */
export function present(
  state: AciSimState,
  now: number,
): readonly (readonly [name: string, group: SimGroup])[] {
  return Object.entries(state.groups).filter(([, { goneAt }]) => goneAt === undefined || goneAt > now);
}
