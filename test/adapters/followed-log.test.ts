import { expect, test } from "vitest";
import { followedLog, type LogLine } from "../../src/adapters/followed-log.ts";

const said = (line: string): LogLine => ({
  at: "2026-11-23T00:00:00.000Z",
  stream: "stdout",
  line,
  container: "web",
});
const HOUR_MS = 3_600_000;
const EVERY_MS = 2_000;

/** A log whose looks the test answers; `slept` is how long was waited in all, ms. */
function log(first: readonly LogLine[], look: (number: number) => readonly LogLine[], follow = true) {
  const ending = new AbortController();
  let looks = 0;
  let slept = 0;
  const stream = followedLog(first, async () => await Promise.resolve(look((looks += 1))), {
    query: { tail: 10, follow },
    everyMs: EVERY_MS,
    sleep: async (ms) => {
      slept += ms;
      await Promise.resolve();
    },
    call: { signal: ending.signal },
  });
  const reader = stream.getReader();
  const next = async () => {
    const { done, value } = await reader.read();
    return done ? undefined : new TextDecoder().decode(value);
  };
  return { ending, next, looks: () => looks, slept: () => slept };
}

test("a log that is not followed is its first lines, and nobody looks again", async () => {
  const here = log([said("one"), said("two")], () => [said("three")], false);
  const line = (text: string) =>
    `{"at":"2026-11-23T00:00:00.000Z","stream":"stdout","line":"${text}","container":"web"}\n`;
  expect(await here.next()).toBe(line("one") + line("two"));
  expect(await here.next()).toBeUndefined();
  expect(here.looks()).toBe(0);
});

test("a followed log waits before each look, also where every look finds lines", async () => {
  const here = log([said("first")], (number) => [said(`look ${number}`)]);
  expect(await here.next()).toContain("first");
  expect(await here.next()).toContain("look 1");
  expect(await here.next()).toContain("look 2");
  expect(here.slept()).toBe(here.looks() * EVERY_MS);
});

test("a followed log ends by itself after an hour of looks in vain", async () => {
  const here = log([], () => []);
  expect(await here.next()).toBeUndefined();
  expect(here.slept()).toBe(HOUR_MS);
});

test("a caller who goes in the middle of a look ends the log, and that is no failure", async () => {
  const here = log([said("first")], () => {
    here.ending.abort();
    throw new Error("cut off");
  });
  expect(await here.next()).toContain("first");
  expect(await here.next()).toBeUndefined();
  expect(here.looks()).toBe(1);
});

test("a look that fails is told to whoever reads", async () => {
  const here = log([], () => {
    throw new Error("the account is closed");
  });
  await expect(here.next()).rejects.toThrow("the account is closed");
});
