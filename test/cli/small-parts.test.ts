import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ago, clock, difference, dollars, duration } from "../../src/cli/figures.ts";
import { printable } from "../../src/render/printable.ts";
import { sourceFromEnv } from "../../src/cli/source-from-env.ts";
import { START } from "./desk.ts";

describe("text from elsewhere", () => {
  const hostile = fc.string({
    unit: fc.constantFrom(
      "\u001B",
      "[",
      "]",
      "m",
      "2",
      "J",
      "\u0007",
      "\u009B",
      "\r",
      "\n",
      "\t",
      "a",
      "é",
      "🚢",
    ),
  });

  test("holds no control character but tabs once it is printable, and nothing else is lost from plain text", () => {
    fc.assert(fc.property(hostile, (text) => !/[^\P{Cc}\t]/u.test(printable(text))));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("[", "m", "a", " ", "\t", "é", "🚢", ";") }),
        (text) => printable(text) === text,
      ),
    );
  });
});

describe("figures", () => {
  test.each([
    ["8.41", "$8.41"],
    ["0", "$0.00"],
    ["-1.2", "-$1.20"],
    ["0.005", "$0.01"],
    ["123456789012345.678", "$123456789012345.68"],
  ])("%s USD is written %s", (usd, text) => expect(dollars(usd)).toBe(text));

  test("a difference has its sign and adds up", () => {
    const cents = fc.integer({ min: 0, max: 1e9 }).map((n) => (n / 100).toFixed(2));
    fc.assert(
      fc.property(cents, cents, (from, to) => {
        const text = difference(from, to);
        expect(text).toMatch(/^[+-]\$\d+\.\d\d$/);
        expect(Number(text.replace("$", ""))).toBeCloseTo(Number(to) - Number(from), 2);
      }),
    );
  });

  test.each([
    [0, "0.0 s"],
    [6_840, "6.8 s"],
    [97_000, "1:37"],
    [3_725_000, "1:02:05"],
  ])("%i ms took %s", (ms, text) => expect(duration(ms)).toBe(text));

  test("a clock reads back as the seconds it shows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * 3_600 }), (seconds) => {
        const parts = clock(seconds * 1_000)
          .split(":")
          .map(Number);
        expect(parts.reduce((sum, part) => sum * 60 + part, 0)).toBe(seconds);
      }),
    );
  });

  test.each([
    [5, "5 s ago"],
    [65, "1 min ago"],
    [7_300, "2 h ago"],
    [200_000, "2 d ago"],
    [-5, "0 s ago"],
  ])("%i seconds before now is %s", (seconds, text) =>
    expect(ago(new Date(START - seconds * 1_000).toISOString(), START)).toBe(text),
  );
});

describe("the commit a pipeline builds", () => {
  test("comes from GitHub's variables, its sequence from the run's number", () => {
    expect(
      sourceFromEnv({
        GITHUB_ACTIONS: "true",
        GITHUB_REPOSITORY: "acme/web",
        GITHUB_SHA: "3f9d1c2",
        GITHUB_REF: "refs/heads/main",
        GITHUB_RUN_ID: "99",
        GITHUB_RUN_NUMBER: "8812",
      }),
    ).toEqual({
      repo: "acme/web",
      commit: "3f9d1c2",
      ref: "refs/heads/main",
      runUrl: "https://github.com/acme/web/actions/runs/99",
      sequence: 8812,
    });
  });

  test("comes from GitLab's variables, its sequence from the project's own count of pipelines", () => {
    expect(
      sourceFromEnv({
        GITLAB_CI: "true",
        CI_PROJECT_PATH: "acme/web",
        CI_COMMIT_SHA: "3f9d1c2",
        CI_COMMIT_REF_NAME: "main",
        CI_PIPELINE_URL: "https://gitlab.com/acme/web/-/pipelines/7",
        CI_PIPELINE_IID: "41",
      }),
    ).toMatchObject({ repo: "acme/web", ref: "main", sequence: 41 });
  });

  test("leaves out what is missing or no number, and refuses outside both", () => {
    expect(sourceFromEnv({ GITHUB_ACTIONS: "true", GITHUB_SHA: "3f9d1c2", GITHUB_RUN_NUMBER: "x" })).toEqual({
      commit: "3f9d1c2",
    });
    expect(() => sourceFromEnv({})).toThrow("neither GITHUB_ACTIONS nor GITLAB_CI is true");
  });
});
