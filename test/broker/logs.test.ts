import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { readLogs } from "../../src/broker/logs.ts";
import type { Ports } from "../../src/broker/ports.ts";
import { START, openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
let unit = "";
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("cloud", sandboxTarget("ecs"));
  const { plan } = await deploy(bench.main.ports, bench.caller, "web", { spec: webSpec() });
  unit = plan.units[0]?.name ?? "";
  await bench.run(5_000);
});
afterEach(async () => {
  await bench.close();
});

/** The lines that come of a target whose own log is these chunks. */
async function linesOf(...chunks: readonly (string | Uint8Array)[]): Promise<readonly unknown[]> {
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
      controller.close();
    },
  });
  return await read({
    ...bench.main.ports,
    open: (target) => ({ ...bench.main.ports.open(target), logs: async () => source }),
  });
}

async function read(ports: Ports): Promise<readonly unknown[]> {
  const query = { tail: 10, follow: false };
  const stream = await readLogs(ports, bench.caller, "web", query, new AbortController().signal);
  const text = await new Response(stream).text();
  expect(text).toMatch(/\n$/);
  return text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

const said = (line: string) => ({ at: START, stream: "stderr", line, container: "web" });
const shown = (line: string) => ({ ...said(line), at: "2026-11-22T12:00:00.000Z", unit });

describe("a line of a log", () => {
  test("has its time in ISO 8601 and the name of its unit", async () => {
    expect(await linesOf(`${JSON.stringify(said("up"))}\n`)).toEqual([shown("up")]);
    expect(await read(bench.main.ports)).toContainEqual({
      at: expect.stringMatching(/^2026-11-22T12:00:0\d\.\d{3}Z$/),
      stream: "stdout",
      line: expect.stringContaining("listens on port"),
      container: "web",
      unit,
    });
  });

  test("is whole however its source cuts it, and when no line feed ends the last one", async () => {
    const bytes = new TextEncoder().encode(`${JSON.stringify(said("zwölf"))}\n${JSON.stringify(said("€"))}`);
    const crumbs = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await linesOf(...crumbs)).toEqual([shown("zwölf"), shown("€")]);
  });

  test("that is none of a log goes through as text", async () => {
    const odd = ["plain words", "[1]", "null", '"up"', '{"message":"no line"}'];
    expect(await linesOf(odd.map((line) => `${line}\n\n`).join(""))).toEqual(
      odd.map((line) => ({ line, unit })),
    );
  });

  test("whose time nobody knows has none", async () => {
    const times = [0, -1, 9e15, "yesterday", null];
    const lines = times.map((at) => `${JSON.stringify({ ...said("up"), at })}\n`).join("");
    const { at: _, ...timeless } = shown("up");
    expect(await linesOf(lines)).toEqual(times.map(() => timeless));
  });

  test("without an end comes in pieces, so that no source can fill the memory", async () => {
    const chunks = Array.from({ length: 40 }, () => "x".repeat(65_536));
    const pieces = await linesOf(...chunks);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.map((piece) => Reflect.get(Object(piece), "line")).join("")).toBe(chunks.join(""));
  });

  test("of the longest an agent sends is not cut, whatever JSON makes of its characters", async () => {
    const line = "\u0001".repeat(65_536);
    expect(await linesOf(`${JSON.stringify(said(line))}\n`)).toEqual([shown(line)]);
  });
});
