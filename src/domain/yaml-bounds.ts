import { CST, Lexer } from "yaml";

/** Levels of flow lists and objects, and of list marks on one line. A spec needs six. */
const MAX_LEVELS = 32;
/** Tokens of a whole document: about five a value. */
const MAX_TOKENS = 100_000;
/** Anchors and aliases together. */
const MAX_ANCHORS = 64;

/**
 * Why a text is not worth parsing as YAML, as a sentence; nothing when it is. The lexer reads any text in linear time,
 * while the parser and composer behind it take minutes over some texts of 256 kB (nested `? ` or `{[`, rows of anchors).
 */
export function yamlBoundsProblem(text: string): string | undefined {
  const seen = { tokens: 0, anchors: 0, starts: 0, ends: 0, flowLevel: 0, lineMarks: 0 };
  for (const lexeme of new Lexer().lex(text)) {
    const problem = count(seen, CST.tokenType(lexeme));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

interface Seen {
  tokens: number;
  anchors: number;
  starts: number;
  ends: number;
  flowLevel: number;
  lineMarks: number;
}

function count(seen: Seen, type: CST.TokenType | null): string | undefined {
  seen.tokens += 1;
  if (seen.tokens > MAX_TOKENS) return "holds too many values; make it smaller";
  if (type === "tag") return "holds a YAML tag (!); write plain values";
  if (type === "explicit-key-ind") return "holds a YAML key written with ?; write key: value";
  if (type === "directive-line") return "holds a YAML directive (%); remove it";
  if (type === "newline") seen.lineMarks = 0;
  if (type === "seq-item-ind") seen.lineMarks += 1;
  if (type === "anchor" || type === "alias") seen.anchors += 1;
  if (type === "doc-start") seen.starts += 1;
  if (type === "doc-end") seen.ends += 1;
  if (type === "flow-map-start" || type === "flow-seq-start") seen.flowLevel += 1;
  if (type === "flow-map-end" || type === "flow-seq-end") seen.flowLevel -= 1;
  return overflow(seen);
}

function overflow(seen: Seen): string | undefined {
  if (seen.flowLevel > MAX_LEVELS || seen.lineMarks > MAX_LEVELS) {
    return `is nested deeper than ${MAX_LEVELS} levels; flatten it`;
  }
  if (seen.anchors > MAX_ANCHORS)
    return `holds more than ${MAX_ANCHORS} anchors and aliases; write the values out`;
  if (seen.flowLevel < 0) return "closes a list or object that was not opened; remove the ] or }";
  return seen.starts > 1 || seen.ends > 1 ? SEVERAL_DOCUMENTS : undefined;
}

/** What a file with more than one document hears. */
export const SEVERAL_DOCUMENTS = "holds several documents divided by ---; send one spec at a time";
