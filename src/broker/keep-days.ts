/** How long what is over is kept unless the installation says otherwise, days. */
export const KEEP_DAYS = 400;

/** How long what is over is kept, days; absent is for ever. */
export interface KeepDays {
  /** What happened, who might have done it, and what was let pass: what an audit asks for. */
  readonly events?: number | undefined;
  /** What ran, and how it was decided. */
  readonly history?: number | undefined;
}
