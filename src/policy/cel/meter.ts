import { MAX_CEL_EVALUATIONS, MAX_CEL_LENGTH, MAX_CEL_STEPS } from "./bounds.ts";

/** Counts what one evaluation costs. Once over, it stays over: an expression cannot catch it. */
export class Meter {
  #steps = 0;
  #evaluations = 0;
  #most = MAX_CEL_EVALUATIONS;
  #over: string | undefined;

  /** Begin anew, with so many evaluations at most. */
  reset(most: number = MAX_CEL_EVALUATIONS): void {
    this.#most = most;
    this.#steps = 0;
    this.#evaluations = 0;
    this.#over = undefined;
  }

  /** The sentence that says which bound was passed; undefined while none was. */
  get over(): string | undefined {
    return this.#over;
  }

  /** One element looked at by a comprehension. Throws when that is one too many. */
  step(): void {
    this.#steps += 1;
    if (this.#steps > MAX_CEL_STEPS) this.#over ??= `it looks at more than ${MAX_CEL_STEPS} elements`;
    this.#stop();
  }

  /** So many nodes evaluated. Throws when those are too many. */
  spend(evaluations: number): void {
    this.#evaluations += evaluations;
    if (this.#evaluations > this.#most) this.#over ??= `it takes more than ${this.#most} evaluations`;
    this.#stop();
  }

  /** A value that was made. Throws when it is too long. */
  made(value: unknown): void {
    const length = typeof value === "string" || Array.isArray(value) ? value.length : 0;
    if (length > MAX_CEL_LENGTH) this.#over ??= `it makes a text or list longer than ${MAX_CEL_LENGTH}`;
    this.#stop();
  }

  #stop(): void {
    if (this.#over !== undefined) throw new RangeError(this.#over);
  }
}
