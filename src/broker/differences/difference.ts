/** What can change between the moment a plan is shown and the moment it is committed. */
export type Changed = "prices" | "policy" | "capacity" | "workload";

/** One thing that is no longer what it was. */
export interface Difference {
  readonly changed: Changed;
  /** What it is: `cpu-second of ecs/eu-west-1`, `project policy shop`, `generation`. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** The same as a sentence without its full stop. */
  readonly message: string;
}

/** A difference in one value; none where it is the same. `say` makes its sentence. */
export function changeOf(
  changed: Changed,
  what: string,
  [from, to]: readonly [from: string, to: string],
  say: (from: string, to: string) => string = (was, is) => `${what} is ${is} instead of ${was}`,
): readonly Difference[] {
  return from === to ? [] : [{ changed, what, from, to, message: say(from, to) }];
}
