import type { ArmGroup } from "./arm.ts";

/** What a read of one name has shown, and when. */
export interface Sight {
  /** Undefined where there was no such group. */
  readonly group: ArmGroup | undefined;
  readonly readAt: number;
  /** What the list said of it then, as `printOf` gives it; undefined where it was not listed. */
  readonly listed: string | undefined;
}

/** What an adapter remembers between looks; losing it costs reads and nothing else. */
export interface SightMemory {
  list: { readonly groups: readonly ArmGroup[]; readonly at: number } | undefined;
  /** By the group's name. */
  readonly sights: Map<string, Sight>;
  /** The last lines of units that have died, by the unit's id. */
  readonly lastLines: Map<string, readonly string[]>;
}

/** A memory of nothing: everything is read anew. */
export const sightMemory = (): SightMemory => ({ list: undefined, sights: new Map(), lastLines: new Map() });

/** Forgets a unit that was changed, so that the next look reads it. */
export function forgetUnit(memory: SightMemory, unitName: string): void {
  memory.list = undefined;
  for (const name of memory.sights.keys()) if (name.startsWith(`${unitName}-`)) memory.sights.delete(name);
}

/** What a list tells of a group that can change: a read is due when this does. */
export const printOf = ({ tags, properties }: ArmGroup): string =>
  JSON.stringify([properties.provisioningState, tags]);
