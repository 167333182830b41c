import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createTurns } from "../../scripts/turns.ts";

test("whatever the order they print in, each one's text comes whole and in turn, and the first's at once", () => {
  const step = fc.record({ who: fc.nat(2), text: fc.string({ maxLength: 3 }), ends: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let printed = "";
      const turns = createTurns({ write: (chunk) => void (printed += new TextDecoder().decode(chunk)) });
      const said = [0, 1, 2].map(() => ({ turn: turns.next(), text: "", ended: false }));
      for (const { who, text, ends } of steps) {
        const one = said[who];
        if (one === undefined || one.ended) continue;
        one.turn.print(new TextEncoder().encode(text));
        one.text += text;
        if (ends) one.turn.end();
        one.ended = ends;
        const first = said.findIndex(({ ended }) => !ended);
        const due = said.slice(0, first < 0 ? said.length : first + 1);
        expect(printed).toBe(due.map((other) => other.text).join(""));
      }
    }),
  );
});
