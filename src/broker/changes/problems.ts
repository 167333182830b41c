import { Fault, type Problem } from "../../domain/fault.ts";

/** Problems of the specs of a change, gathered so that one answer tells all of them. */
export class Problems {
  readonly #found: Problem[] = [];

  /** A problem of one spec, at a pointer into it. */
  add(index: number, pointer: string, message: string): void {
    this.#found.push({ pointer: `/specs/${index}${pointer}`, message });
  }

  /** What a step makes of one spec; undefined, and its problems are noted, where it throws `invalid-spec`. */
  async of<T>(index: number, step: () => Promise<T> | T): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "invalid-spec") throw error;
      if (error.problems.length === 0) this.add(index, "", error.message);
      for (const { pointer, message } of error.problems) this.add(index, pointer, message);
      return undefined;
    }
  }

  /** Throws `invalid-spec` with all that was noted, in the order of the specs. */
  refuse(): void {
    if (this.#found.length === 0) return;
    const count = this.#found.length === 1 ? "a problem" : `${this.#found.length} problems`;
    throw new Fault("invalid-spec", `The specs have ${count}.`, { problems: this.#found });
  }
}
