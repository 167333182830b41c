/** Wakes one loop early. A ring while nobody waits is kept for the next wait; many rings are one. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Returns when rung, when the time is up, or when aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(go, ms);
        signal.addEventListener("abort", go, { once: true });
        this.#wake = go;
        function go(): void {
          clearTimeout(timer);
          signal.removeEventListener("abort", go);
          resolve();
        }
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
