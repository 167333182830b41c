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
const WAITS = `waits ${EVERY_MS}`;

/** A log whose looks the test answers; `did` is what became of it, in order. */
function log(first: readonly LogLine[], look: (number: number) => readonly LogLine[], follow = true) {
  const ending = new AbortController();
  const did: string[] = [];
  const looked = async () => {
    did.push("looks");
    return await Promise.resolve(look(did.filter((one) => one === "looks").length));
  };
  const sleep = async (ms: number) => {
    did.push(`waits ${ms}`);
    await Promise.resolve();
  };
  const call = { signal: ending.signal };
  const stream = followedLog(first, looked, { query: { tail: 10, follow }, everyMs: EVERY_MS, sleep, call });
  const reader = stream.getReader();
  const next = async () => {
    const { done, value } = await reader.read();
    return done ? undefined : new TextDecoder().decode(value);
  };
  return { ending, next, did };
}

test("a log that is not followed is its first lines, and nobody looks again", async () => {
  const here = log([said("one"), said("two")], () => [said("three")], false);
  const line = (text: string) =>
    `{"at":"2026-11-23T00:00:00.000Z","stream":"stdout","line":"${text}","container":"web"}\n`;
  expect(await here.next()).toBe(line("one") + line("two"));
  expect(await here.next()).toBeUndefined();
  expect(here.did).toEqual([]);
});

test("a followed log waits before each look, also where every look finds lines", async () => {
  const here = log([said("first")], (number) => [said(`look ${number}`)]);
  expect(await here.next()).toContain("first");
  expect(await here.next()).toContain("look 1");
  expect(await here.next()).toContain("look 2");
  expect(here.did.slice(0, 4)).toEqual([WAITS, "looks", WAITS, "looks"]);
});

test("a followed log ends by itself after an hour of looks in vain", async () => {
  const here = log([], () => []);
  expect(await here.next()).toBeUndefined();
  expect(here.did.filter((one) => one === WAITS)).toHaveLength(HOUR_MS / EVERY_MS);
});

test("a caller who goes in the middle of a look ends the log, and that is no failure", async () => {
  const here = log([said("first")], () => {
    here.ending.abort();
    throw new Error("cut off");
  });
  expect(await here.next()).toContain("first");
  expect(await here.next()).toBeUndefined();
  expect(here.did).toEqual([WAITS, "looks"]);
});

test("a look that fails is told to whoever reads", async () => {
  const here = log([], () => {
    throw new Error("the account is closed");
  });
  await expect(here.next()).rejects.toThrow("the account is closed");
});
