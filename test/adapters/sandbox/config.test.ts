import { describe, expect, test } from "vitest";
import { Fault, type Problem } from "../../../src/domain/fault.ts";
import { parseSandboxConfig } from "../../../src/adapters/sandbox/config.ts";
import { QUOTAS } from "../../../src/adapters/sandbox/quotas.ts";

function problems(document: unknown): readonly Problem[] {
  try {
    parseSandboxConfig(document);
    return [];
  } catch (error) {
    if (error instanceof Fault && error.code === "invalid-body") return error.problems;
    throw error;
  }
}
const plain = { simulates: "ecs", region: "eu-west-1" };

describe("a sandbox's configuration", () => {
  test("needs only what it simulates and where; the rest has the cloud's own figures, ready within 3 s", () => {
    const { simulates, region, rules } = parseSandboxConfig({ kind: "sandbox", ...plain });
    expect([simulates, region, rules.quota, rules.faults]).toEqual(["ecs", "eu-west-1", QUOTAS.ecs, []]);
    expect(rules.delaysMs.create + rules.delaysMs.ready).toBeLessThan(3_000);
  });

  test("takes delays, quota and faults", () => {
    const sandbox = {
      delaysMs: { ready: 9_000 },
      quota: { resources: 3 },
      faults: [{ on: "observe", kind: "throttled" }],
    };
    const { rules } = parseSandboxConfig({ ...plain, sandbox });
    expect(rules.delaysMs).toMatchObject({ create: 300, ready: 9_000 });
    expect(rules.quota).toEqual({ ...QUOTAS.ecs, resources: 3 });
    expect(rules.faults).toMatchObject([
      { on: "observe", kind: "throttled", times: 1, lostAnswer: false, retryAfterMs: 1_000 },
    ]);
  });

  test.each([
    ["no object", [], "", "Give an object."],
    ["null", null, "", "Give an object."],
    [
      "an unknown field",
      { ...plain, reqion: "x" },
      "/reqion",
      "There is no such field. Did you mean region?",
    ],
    [
      "another cloud",
      { ...plain, simulates: "esc" },
      "/simulates",
      "Say one of ecs, aci, cloud-run. Did you mean ecs?",
    ],
    ["no region", { simulates: "ecs" }, "/region", "Give a region"],
    [
      "a region of another cloud",
      { simulates: "aci", region: "eu-west-1" },
      "/region",
      "aci has no region eu-west-1 in the catalog",
    ],
    ["a mistyped region", { ...plain, region: "eu-wst-1" }, "/region", "Did you mean eu-west-1?"],
    ["options that are no object", { ...plain, sandbox: 3 }, "/sandbox", "Give an object."],
    [
      "an unknown delay",
      { ...plain, sandbox: { delaysMs: { redy: 1 } } },
      "/sandbox/delaysMs/redy",
      "Did you mean ready?",
    ],
    [
      "a negative delay",
      { ...plain, sandbox: { delaysMs: { ready: -1 } } },
      "/sandbox/delaysMs/ready",
      "Give a whole number from 0",
    ],
    [
      "a fault of unknown kind",
      { ...plain, sandbox: { faults: [{ on: "apply", kind: "quote" }] } },
      "/sandbox/faults/0/kind",
      "Did you mean quota?",
    ],
    [
      "a fault on nothing",
      { ...plain, sandbox: { faults: [{ kind: "quota" }] } },
      "/sandbox/faults/0/on",
      "Say one of offers, apply, observe",
    ],
    [
      "faults that are no list",
      { ...plain, sandbox: { faults: {} } },
      "/sandbox/faults",
      "Give a list of at most 50",
    ],
    [
      "too many faults",
      { ...plain, sandbox: { faults: Array.from({ length: 51 }, () => ({ on: "apply", kind: "bug" })) } },
      "/sandbox/faults",
      "Give a list of at most 50",
    ],
    [
      "a flag in words",
      { ...plain, sandbox: { faults: [{ on: "apply", kind: "bug", lostAnswer: "yes" }] } },
      "/sandbox/faults/0/lostAnswer",
      "Say true or false.",
    ],
    [
      "an empty text",
      { ...plain, sandbox: { faults: [{ on: "apply", kind: "bug", message: "" }] } },
      "/sandbox/faults/0/message",
      "Give a text of 1 to 300",
    ],
    ["a hostile field", { ...plain, "a/b~c": 1 }, "/a~1b~0c", "There is no such field."],
  ])("with %s is refused with pointer and sentence", (_what, document, pointer, sentence) => {
    expect(problems(document)).toContainEqual({ pointer, message: expect.stringContaining(sentence) });
  });

  test("names every problem at once", () => {
    expect(
      problems({ simulates: "x", region: 1, sandbox: { quota: { resources: "all" } }, more: 1 }),
    ).toHaveLength(4);
  });

  test("cannot be slipped a prototype", () => {
    expect(
      problems(JSON.parse('{"simulates":"ecs","region":"eu-west-1","__proto__":{"sandbox":{}}}')),
    ).toContainEqual(expect.objectContaining({ pointer: "/__proto__" }));
  });
});
