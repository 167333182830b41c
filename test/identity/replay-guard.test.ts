import * as fc from "fast-check";
import { expect, test } from "vitest";
import { replayGuard } from "../../src/identity/replay-guard.ts";

test("no nonce of an agent is admitted twice while its signature is valid", () => {
  const calls = fc.array(
    fc.record({ agent: fc.constantFrom("a", "b"), nonce: fc.constantFrom("1", "2", "3"), wait: fc.nat(40) }),
  );
  fc.assert(
    fc.property(calls, (given) => {
      const guard = replayGuard();
      const admitted = new Map<string, number>();
      let now = 0;
      for (const { agent, nonce, wait } of given) {
        now += wait;
        const key = `${agent}/${nonce}`;
        const stillValid = (admitted.get(key) ?? -1) >= now;
        expect(guard.admit(agent, nonce, now + 100, now)).toBe(stillValid ? "replayed" : "fresh");
        if (!stillValid) admitted.set(key, now + 100);
      }
    }),
  );
});

test("one agent cannot fill the memory: past the bound it is told to slow down, and others are not", () => {
  const guard = replayGuard();
  const answers = Array.from({ length: 2_000 }, (_, number) => guard.admit("loud", String(number), 100, 0));
  expect(answers.at(0)).toBe("fresh");
  expect(answers.at(-1)).toBe("too-many");
  expect(guard.admit("quiet", "1", 100, 0)).toBe("fresh");
  expect(guard.admit("loud", "later", 300, 101)).toBe("fresh");
});
