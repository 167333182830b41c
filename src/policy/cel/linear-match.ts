import { MAX_PATTERN_STATES } from "./bounds.ts";
import { isWord, parsePattern, type Assertion, type Pattern } from "./linear-pattern.ts";

/** A compiled pattern. `test` takes time in proportion to the text's length times `states`, whatever the pattern. */
export interface Matcher {
  readonly states: number;
  /** Whether the pattern is found anywhere in the text. */
  readonly test: (text: string) => boolean;
}

/** A matcher for a pattern, or the sentence that says what is wrong with it. All states are followed at once, so nothing is tried twice. */
export function compilePattern(text: string): Matcher | string {
  const pattern = parsePattern(text);
  if (typeof pattern === "string") return pattern;
  const states: State[] = [{ kind: "match" }];
  const start = build(states, pattern, 0);
  if (start === undefined) return `the pattern needs more than ${MAX_PATTERN_STATES} states: repeat less`;
  return { states: states.length, test: (subject) => search(states, start, subject) };
}

type State =
  | { readonly kind: "match" }
  | { readonly kind: "char"; readonly takes: (code: number) => boolean; readonly next: number }
  | { readonly kind: "assert"; readonly at: Assertion; readonly next: number }
  | { readonly kind: "split"; next: readonly number[] };

// Backwards: each part is given the state that follows it. Undefined when there would be too many states.
function build(states: State[], pattern: Pattern, next: number): number | undefined {
  if (states.length > MAX_PATTERN_STATES) return undefined;
  switch (pattern.kind) {
    case "empty":
      return next;
    case "char":
      return states.push({ kind: "char", takes: pattern.takes, next }) - 1;
    case "assert":
      return states.push({ kind: "assert", at: pattern.at, next }) - 1;
    case "both":
      return pattern.parts.reduceRight<number | undefined>(
        (follows, part) => (follows === undefined ? undefined : build(states, part, follows)),
        next,
      );
    case "either": {
      const ways = pattern.parts.map((part) => build(states, part, next));
      const known = ways.filter((way) => way !== undefined);
      return known.length < ways.length ? undefined : states.push({ kind: "split", next: known }) - 1;
    }
    case "repeat":
      return buildRepeat(states, pattern, next);
  }
}

function buildRepeat(
  states: State[],
  { part, min, max }: Extract<Pattern, { kind: "repeat" }>,
  next: number,
): number | undefined {
  let follows: number | undefined = next;
  if (max === Infinity) {
    const loop: Extract<State, { kind: "split" }> = { kind: "split", next: [] };
    const at = states.push(loop) - 1;
    const body = build(states, part, at);
    if (body === undefined) return undefined;
    loop.next = [body, next];
    follows = at;
  }
  const optional = max === Infinity ? 0 : max - min;
  for (let extra = 0; extra < optional && follows !== undefined; extra++) {
    const body: number | undefined = build(states, part, follows);
    follows = body === undefined ? undefined : states.push({ kind: "split", next: [body, next] }) - 1;
  }
  for (let times = 0; times < min && follows !== undefined; times++) {
    const before: number = follows;
    follows = build(states, part, before);
    if (follows === before) break; // nothing, repeated, is nothing
  }
  return follows;
}

function search(states: readonly State[], start: number, subject: string): boolean {
  const codes = Array.from(subject, (char) => char.codePointAt(0) ?? 0);
  let now = new Set<number>();
  for (let at = 0; at <= codes.length; at++) {
    follow(states, [...now, start], codes, at, (now = new Set()));
    if (now.has(0)) return true;
    const code = codes[at];
    if (code === undefined) return false;
    const after = new Set<number>();
    for (const index of now) {
      const state = states[index];
      if (state?.kind === "char" && state.takes(code)) after.add(state.next);
    }
    now = after;
  }
  return false;
}

// Everything that can be reached without taking a character.
function follow(
  states: readonly State[],
  from: readonly number[],
  codes: readonly number[],
  at: number,
  reached: Set<number>,
): void {
  const open = [...from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const state = states[index];
    if (state?.kind === "split") open.push(...state.next);
    if (state?.kind === "assert" && holds(state.at, codes, at)) open.push(state.next);
  }
}

function holds(assertion: Assertion, codes: readonly number[], at: number): boolean {
  if (assertion === "start") return at === 0;
  if (assertion === "end") return at === codes.length;
  const boundary = isWord(codes[at - 1] ?? 0) !== isWord(codes[at] ?? 0);
  return assertion === "boundary" ? boundary : !boundary;
}
