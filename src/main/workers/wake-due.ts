import type { Store } from "../../store/store.ts";
import { objectOf, type ClockStub, type Objects } from "./bindings.ts";

/** Clocks woken at once; the rest is the next minute's. */
const MAX_WOKEN = 200;

/** Wakes the clock of every project that has something due. */
export async function wakeDue(
  store: Pick<Store, "dueProjects">,
  clocks: Objects<ClockStub>,
  now: number,
): Promise<void> {
  const projects = await store.dueProjects(now, MAX_WOKEN);
  await Promise.all(projects.map((project) => objectOf(clocks, project).wake(project)));
}
