import { expect, test } from "vitest";
import { limitedCalls } from "../../../src/adapters/aci/limited.ts";
import { spend } from "../../../src/adapters/aci/simulator/rates.ts";
import type { AciOperation } from "../../../src/adapters/aci/simulator/rules.ts";
import { USUAL_RULES } from "../../../src/adapters/aci/simulator/rules.ts";
import { EMPTY_SUBSCRIPTION } from "../../../src/adapters/aci/simulator/state.ts";
import { createThrottle } from "../../../src/adapters/throttle.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import { call, clock } from "../fixtures.ts";
import { CONFIG } from "./world.ts";

const HOURS = 2;

/** Sends as fast as our limits allow for two hours of Azure's time, against Azure's own limits. */
async function pressed(verb: "create" | "remove" | "read", operation: AciOperation) {
  const time = clock();
  const { now } = time;
  const sleep = async (ms: number) => {
    time.pass(ms);
    await Promise.resolve();
  };
  const ports = { throttle: createThrottle({ now, sleep }), sleep, draw: () => 0.5 };
  const limited = limitedCalls(ports, CONFIG, (error) => new AdapterError("bug", String(error)));
  const end = now() + HOURS * 3_600_000;
  let azure = EMPTY_SUBSCRIPTION;
  const seen = { sent: 0, refused: 0 };
  const send = async () => {
    const answer = spend(azure, operation, true, now(), USUAL_RULES);
    azure = answer.state;
    seen.sent += 1;
    if (answer.refused !== undefined) seen.refused += 1;
    return await Promise.resolve();
  };
  while (now() < end && seen.sent < 5_000) {
    try {
      await limited[verb](send, call());
    } catch (error) {
      if (!(error instanceof AdapterError) || error.kind !== "throttled") throw error;
      time.pass(error.retryAfterMs ?? 1_000);
    }
  }
  return seen;
}

test.each([
  ["create", "put"],
  ["remove", "delete"],
] as const)(
  "whoever would %s as fast as possible is never refused by Azure, and wastes little of what it allows",
  async (verb, operation) => {
    const { sent, refused } = await pressed(verb, operation);
    expect(refused).toBe(0);
    // 300 at first and 300 in each hour, less what the limit of five minutes holds back at the start.
    expect(sent).toBeGreaterThan(0.95 * 300 * (HOURS + 1));
  },
);

test("many who ask again at once and are told to wait waste nothing of the hour's creates", async () => {
  const time = clock();
  const { now } = time;
  const ports = {
    throttle: createThrottle({ now, sleep: async () => {} }),
    sleep: async () => {},
    draw: () => 0.5,
  };
  const limited = limitedCalls(ports, CONFIG, (error) => new AdapterError("bug", String(error)));
  let sent = 0;
  const send = async () => void (sent += 1);
  for (let second = 0; second < 600; second += 1) {
    const asked = Array.from({ length: 20 }, () => limited.create(send, call()));
    const answers = await Promise.allSettled(asked);
    for (const answer of answers)
      if (answer.status === "rejected") expect(answer.reason).toMatchObject({ kind: "throttled" });
    time.pass(1_000);
  }
  // In ten minutes the limit of five minutes lets through 100 and 200 more, and that of the hour 300 and 50.
  expect(sent).toBeGreaterThan(290);
});

test("reads keep to 25 a second", async () => {
  expect(await pressed("read", "get")).toEqual({ sent: 5_000, refused: 0 });
});
