import { MAX_PATTERN_CHARS, MAX_PATTERN_STATES } from "./bounds.ts";

/**
 * A regular expression taken apart. The grammar is the part of RE2 (github.com/google/re2/wiki/Syntax) without captures that
 * matter: literals, classes, groups, alternation, repetition, `^ $ \b \B`, and `(?i)` in front.
 */
export type Pattern =
  | { readonly kind: "empty" }
  | { readonly kind: "char"; readonly takes: (code: number) => boolean }
  | { readonly kind: "assert"; readonly at: Assertion }
  | { readonly kind: "both"; readonly parts: readonly Pattern[] }
  | { readonly kind: "either"; readonly parts: readonly Pattern[] }
  | { readonly kind: "repeat"; readonly part: Pattern; readonly min: number; readonly max: number };
export type Assertion = "start" | "end" | "boundary" | "inside";

/** The parts of a pattern, or the sentence that says what is wrong with it. */
export function parsePattern(text: string): Pattern | string {
  if (text.length > MAX_PATTERN_CHARS) return `a pattern has at most ${MAX_PATTERN_CHARS} characters`;
  const ignoreCase = text.startsWith("(?i)");
  const reader: Reader = { chars: Array.from(ignoreCase ? text.slice(4) : text), at: 0, ignoreCase };
  try {
    const pattern = readEither(reader);
    return reader.at < reader.chars.length ? "there is a ) without its (" : pattern;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

class Unreadable extends Error {}

interface Reader {
  readonly chars: readonly string[];
  at: number;
  readonly ignoreCase: boolean;
}

function readEither(reader: Reader): Pattern {
  const parts = [readBoth(reader)];
  while (reader.chars[reader.at] === "|") {
    reader.at += 1;
    parts.push(readBoth(reader));
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "either", parts };
}

function readBoth(reader: Reader): Pattern {
  const parts: Pattern[] = [];
  for (let next = reader.chars[reader.at]; next !== undefined && next !== "|" && next !== ")";) {
    parts.push(readRepeated(reader));
    next = reader.chars[reader.at];
  }
  return parts.length === 0 ? { kind: "empty" } : { kind: "both", parts };
}

function readRepeated(reader: Reader): Pattern {
  const part = readOne(reader);
  const range = readRange(reader);
  if (range === undefined) return part;
  // Taking as few as possible changes what is captured, never whether there is a match.
  if (reader.chars[reader.at] === "?") reader.at += 1;
  if (["*", "+", "?", "{"].includes(reader.chars[reader.at] ?? ""))
    throw new Unreadable("nothing to repeat before a second * + ? or {");
  return { kind: "repeat", part, ...range };
}

function readRange(reader: Reader): { readonly min: number; readonly max: number } | undefined {
  const sign = reader.chars[reader.at];
  const simple = SIGNS[sign ?? ""];
  if (simple !== undefined) reader.at += 1;
  if (sign !== "{") return simple;
  const [whole, from, comma, to] =
    /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(reader.chars.slice(reader.at, reader.at + 12).join("")) ?? [];
  if (whole === undefined) throw new Unreadable("write { } as {2}, {2,} or {2,5}; a brace itself is \\{");
  reader.at += whole.length;
  const min = Number(from);
  const max = comma === "" ? min : to === "" || to === undefined ? Infinity : Number(to);
  if (max < min || min > MAX_PATTERN_STATES)
    throw new Unreadable(`${whole} repeats too often, or less at most than at least`);
  return { min, max };
}

const SIGNS: Readonly<Record<string, { readonly min: number; readonly max: number } | undefined>> = {
  "*": { min: 0, max: Infinity },
  "+": { min: 1, max: Infinity },
  "?": { min: 0, max: 1 },
};

function readOne(reader: Reader): Pattern {
  const char = reader.chars[reader.at++] ?? "";
  if (char === "(") return readGroup(reader);
  if (char === "[") return { kind: "char", takes: readClass(reader) };
  if (char === ".") return { kind: "char", takes: (code) => code !== NEWLINE };
  if (char === "^") return { kind: "assert", at: "start" };
  if (char === "$") return { kind: "assert", at: "end" };
  if (char in SIGNS || char === "{") throw new Unreadable(`nothing to repeat before ${char}`);
  if (char !== "\\") return { kind: "char", takes: folded(only(char), reader) };
  const escaped = reader.chars[reader.at] ?? "";
  if (escaped === "b" || escaped === "B") {
    reader.at += 1;
    return { kind: "assert", at: escaped === "b" ? "boundary" : "inside" };
  }
  return { kind: "char", takes: folded(readEscape(reader), reader) };
}

function readGroup(reader: Reader): Pattern {
  if (reader.chars[reader.at] === "?") {
    if (reader.chars[reader.at + 1] !== ":")
      throw new Unreadable(
        "of groups that begin with (? only (?: is known, and (?i) in front: no lookaround, no names",
      );
    reader.at += 2;
  }
  const inner = readEither(reader);
  if (reader.chars[reader.at] !== ")") throw new Unreadable("there is a ( without its )");
  reader.at += 1;
  return inner;
}

type Takes = (code: number) => boolean;
const NEWLINE = 10;
const code = (char: string): number => char.codePointAt(0) ?? 0;
const only = (char: string): Takes => {
  const wanted = code(char);
  return (found) => found === wanted;
};
const between =
  (from: number, to: number): Takes =>
  (found) =>
    found >= from && found <= to;
const anyOf =
  (...all: readonly Takes[]): Takes =>
  (found) =>
    all.some((takes) => takes(found));
const not =
  (takes: Takes): Takes =>
  (found) =>
    !takes(found);

/** Whether a character is one of a word, as `\w` has it. */
export const isWord: Takes = anyOf(between(48, 57), between(65, 90), between(97, 122), only("_"));
const digit = between(48, 57);
const space = anyOf(between(9, 13), only(" "));
const CLASSES: Readonly<Record<string, Takes | undefined>> = {
  d: digit,
  D: not(digit),
  w: isWord,
  W: not(isWord),
  s: space,
  S: not(space),
};
const CONTROLS: Readonly<Record<string, string | undefined>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  f: "\f",
  v: "\v",
};

function readEscape(reader: Reader): Takes {
  const char = reader.chars[reader.at++];
  if (char === undefined) throw new Unreadable("it ends in \\");
  const known = CLASSES[char];
  if (known !== undefined) return known;
  const control = CONTROLS[char];
  if (control !== undefined) return only(control);
  if (/[A-Za-z0-9]/.test(char))
    throw new Unreadable(`\\${char} is not known: no references back, no names of characters`);
  return only(char);
}

function readClass(reader: Reader): Takes {
  const negated = reader.chars[reader.at] === "^";
  if (negated) reader.at += 1;
  const members: Takes[] = [];
  for (let first = true; first || reader.chars[reader.at] !== "]"; first = false) {
    if (reader.at >= reader.chars.length) throw new Unreadable("there is a [ without its ]");
    members.push(readMember(reader));
  }
  reader.at += 1;
  // The case is ignored inside: what [^a] leaves out, it leaves out in both cases.
  const member = folded(anyOf(...members), reader);
  return negated ? not(member) : member;
}

function readMember(reader: Reader): Takes {
  const char = reader.chars[reader.at++] ?? "";
  if (char === "\\") return readEscape(reader);
  const to = reader.chars[reader.at + 1];
  if (reader.chars[reader.at] !== "-" || to === undefined || to === "]") return only(char);
  if (to === "\\") throw new Unreadable("a range ends in a plain character; put - last to mean itself");
  reader.at += 2;
  if (code(to) < code(char)) throw new Unreadable(`the range ${char}-${to} is the wrong way round`);
  return between(code(char), code(to));
}

// ASCII letters only, so that the same pattern takes the same texts everywhere.
function folded(takes: Takes, { ignoreCase }: Reader): Takes {
  if (!ignoreCase) return takes;
  return (found) => takes(found) || (isLetter(found) && takes(found ^ CASE_BIT));
}
const CASE_BIT = 32;
const isLetter = anyOf(between(65, 90), between(97, 122));
