import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { classified } from "../../src/adapters/aci/classify.ts";
import { ERROR_TABLE } from "../../src/adapters/aci/error-table.ts";
import { armErrorProblems, ASSUMED, DOCUMENTED, UNHEARD_OF } from "./arm-errors.ts";

const error = (code: string) => ({ error: { code, message: "no" } });

test("what Azure documents is taken, and what a test makes up to be unknown", () => {
  expect(armErrorProblems(404, error("ResourceNotFound"))).toEqual([]);
  expect(armErrorProblems(409, error("ContainerGroupTransitioning"))).toEqual([]);
  expect(armErrorProblems(400, error("InvalidRequestContent"))).toEqual([]);
  expect(armErrorProblems(418, error(UNHEARD_OF))).toEqual([]);
});

test("a code that nobody has, and one with another's status, are violations", () => {
  expect(armErrorProblems(404, error("GroupIsGone")).join()).toContain("GroupIsGone is no code");
  expect(armErrorProblems(400, error("ResourceNotFound")).join()).toContain("is answered with 404");
  expect(armErrorProblems(409, error("TooManyVolumes")).join()).toContain("is answered with 400");
});

test("a code that is only assumed decides nothing: the adapter goes by its status, as for any it does not know", () => {
  const known = new Set([...ERROR_TABLE.map(({ code }) => code), ...DOCUMENTED]);
  expect(Object.keys(ASSUMED).filter((code) => known.has(code))).toEqual([]);
  for (const [code, status] of Object.entries(ASSUMED)) {
    const failure = { status, message: "no", retryAfterMs: undefined };
    expect(classified({ ...failure, code }).kind).toBe(classified({ ...failure, code: UNHEARD_OF }).kind);
  }
});

const folder = join(import.meta.dirname, "../../src/adapters/aci/simulator");
const written = readdirSync(folder)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(folder, name), "utf8"))
  .join("\n");

test("nothing is said to be assumed that the simulator does not answer", () => {
  expect(Object.keys(ASSUMED).filter((code) => !written.includes(`"${code}"`))).toEqual([]);
});

test("what the simulator can refuse with, asked for by a test or not, is documented or said to be assumed", () => {
  const refusals = [...written.matchAll(/refusal\(\s*(\d{3}),\s*"(\w+)"/g)];
  expect(refusals.length).toBeGreaterThan(10);
  const wrong = refusals.flatMap(([, status, code = ""]) => armErrorProblems(Number(status), error(code)));
  expect(wrong).toEqual([]);
});
