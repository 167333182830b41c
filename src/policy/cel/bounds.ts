/** Most UTF-8 bytes of one expression. */
export const MAX_CEL_BYTES = 4_096;
/** Deepest nesting: parentheses, calls, selections, indexes, conditions, negations. */
export const MAX_CEL_DEPTH = 24;
/** Most nodes of the parsed expression. */
export const MAX_CEL_NODES = 1_000;
/** Most elements that all comprehensions of one evaluation look at together, nested ones too. */
export const MAX_CEL_STEPS = 10_000;
/** Most nodes evaluated in one evaluation: about 40 ms of one core. */
export const MAX_CEL_EVALUATIONS = 500_000;
/** Most nodes evaluated when an expression is written, of what in it is the same whatever it is asked about. */
export const MAX_CEL_CONSTANT_EVALUATIONS = 2_000;
/** Longest text and longest list that a part of an expression may make: joining doubles, and so would memory. */
export const MAX_CEL_LENGTH = 10_000;
/** Longest regular expression, in characters, and most states it may need. */
export const MAX_PATTERN_CHARS = 256;
export const MAX_PATTERN_STATES = 1_000;
/** Most programs kept compiled. The least used one goes first. */
export const MAX_PROGRAMS = 1_000;
