import * as fc from "fast-check";
import { expect, test } from "vitest";
import { describeProblems, MAX_DOCUMENT_BYTES, parseDocument } from "../../src/domain/parse-document.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";

const YAML = "application/yaml";
const JSON_TYPE = "application/json; charset=utf-8";

function refusal(text: string, contentType = YAML): string {
  const parsed = parseDocument(text, contentType);
  return parsed.ok ? "accepted" : describeProblems(parsed.problems, parsed.lineOf).join("\n");
}

/** Seven levels of eight aliases each: two million values from a few lines. */
const ALIAS_BOMB = Array.from({ length: 8 }, (_, level) => {
  const below = level === 0 ? "x" : `*a${level - 1}`;
  return `k${level}: &a${level} [${Array.from({ length: 7 }, () => below).join(", ")}]`;
}).join("\n");

test("each problem is told with its line, in the order of the text", () => {
  const text =
    "name: web\nimage: nginx\nport: 80\nresources:\n  cpu: 1\n\n  memmory: 5\nimgae: x\nports:\n  - name: m\n    port: 0\n";
  const parsed = parseDocument(text, YAML);
  const spec = parseSpec(parsed.ok ? parsed.document : undefined);
  expect(describeProblems(spec.ok ? [] : spec.problems, parsed.lineOf)).toEqual([
    "line 7   /resources/memmory   unknown field; did you mean memory?",
    "line 8   /imgae   unknown field; did you mean image?",
    "line 11   /ports/0/port   at least 1",
  ]);
});

test("a field that is missing is told with the line of its nearest parent", () => {
  const { lineOf } = parseDocument("name: a\nsidecars:\n  - image: x\n", YAML);
  expect([lineOf("/sidecars/0/name"), lineOf("/sidecars/3/name"), lineOf("/image"), lineOf("")]).toEqual([
    3, 2, 1, 1,
  ]);
});

test("JSON has lines too, whatever it is indented with", () => {
  const { lineOf } = parseDocument('{\n\t"name": "web",\n\t"env": {\n\t\t"A/B": 1\n\t}\n}', JSON_TYPE);
  expect(lineOf("/env/A~1B")).toBe(4);
});

test("any JSON value is read as JSON reads it, as JSON and as YAML", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const text = JSON.stringify(value, undefined, 2);
      expect(parseDocument(text, JSON_TYPE)).toMatchObject({
        ok: true,
        document: JSON.parse(text) as unknown,
      });
      expect(parseDocument(text, YAML).ok).toBe(true);
    }),
  );
});

test("any text at all is read or refused, and nothing throws", () => {
  const pieces = fc.constantFrom(
    "- ",
    "a",
    ": ",
    "\n",
    " ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!t ",
    "? ",
    "|",
    ">",
    '"',
    "'",
    "#",
    "---",
    "%",
    ",",
    "\t",
    "<<",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces, { maxLength: 60 }).map((list) => list.join("")),
      ),
      fc.constantFrom(YAML, JSON_TYPE),
      (text, type) => {
        const parsed = parseDocument(text, type);
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a key given twice is refused where it is repeated, in YAML and in JSON", () => {
  expect(refusal("name: a\nimage: b\nname: c\n")).toBe("line 3   /name   is given twice; remove one");
  expect(refusal('{"env": {"A": "1",\n"A": "2"}}', JSON_TYPE)).toBe(
    "line 2   /env/A   is given twice; remove one",
  );
  expect(refusal("a: 1\n".repeat(50)).split("\n")).toHaveLength(20);
});

test.each([
  ["nothing", "", "is empty"],
  ["only comments", "# hello\n", "only comments"],
  ["two documents", "a: 1\n---\nb: 2\n", "several documents"],
  ["many documents", "---\na: 1\n".repeat(20_000), "several documents"],
  ["many ends", "...\n".repeat(30_000), "several documents"],
  ["a tag", "a: !!binary aGk=\n", "tag"],
  ["a directive", "%YAML 1.1\n---\na: 1\n", "directive"],
  ["a complex key", "? [a]\n: b\n", "key: value"],
  ["an alias without an anchor", "a: *b\n", "cannot be read as YAML"],
  ["aliases that multiply", ALIAS_BOMB, "anchors|alias"],
  ["rows of anchors", "&a ".repeat(80_000), "anchors"],
  ["deep lists", "[".repeat(250_000), "nested deeper"],
  ["deep marks", "- ".repeat(120_000), "nested deeper"],
  ["deep keys", "? ".repeat(100_000), "key: value"],
  ["deep mixtures", "{[".repeat(60_000), "nested deeper"],
  ["closing what was not opened", "]".repeat(90_000), "not opened"],
  [
    "too many values",
    Array.from({ length: 25_000 }, (_, index) => `${index}: 1`).join("\n"),
    "too many values",
  ],
  ["too much text", "a".repeat(MAX_DOCUMENT_BYTES + 1), "larger than 256 kB"],
  ["too many bytes in few characters", "é".repeat(MAX_DOCUMENT_BYTES - 1), "larger than 256 kB"],
  ["a broken line", "a: 1\nb: [1, 2\nc: 3\n", "line \\d+ is not YAML"],
])("YAML with %s is refused with a sentence", (_name, text, sentence) =>
  expect(refusal(text)).toMatch(new RegExp(sentence)),
);

test("broken or deep JSON is refused with a sentence, and a byte order mark is no harm", () => {
  expect(refusal('{"name": "web",}', JSON_TYPE)).toContain("is not JSON");
  expect(refusal(`${"[".repeat(100_000)}${"]".repeat(100_000)}`, JSON_TYPE)).toContain("nested deeper");
  expect(parseDocument("\ufeff{}", JSON_TYPE)).toMatchObject({ ok: true, document: {} });
});

test.each(["name: web\n[a]: b\n", "name: &n web\n*n : b\n", "name: web\n: b\n"])(
  "%j has a key that is not text, and is refused",
  (text) => {
    expect(refusal(text)).toBe("line 1   the document   has a key that is not text; write text");
  },
);

test("anchors that are few and plain are read", () => {
  expect(parseDocument("a: &x [1]\nb: *x\n", YAML)).toMatchObject({ ok: true, document: { a: [1], b: [1] } });
});

test("a value that holds itself is refused by the spec, not followed for ever", () => {
  const parsed = parseDocument("name: web\nx-ecs: &a { b: *a }\n", YAML);
  expect(parseSpec(parsed.ok ? parsed.document : {}).ok).toBe(false);
});
