import { expect, test } from "vitest";
import type { Draw } from "../../../src/domain/offer.ts";
import type { Asking } from "../../../src/policy/together/asking.ts";
import { creditOf, heldOf } from "../../../src/policy/together/credit.ts";
import { aService } from "../../catalog/needs.ts";
import { anOffer, OPEN_GATEWAY, OPEN_POLICY } from "../arbitraries.ts";

const HERE = anOffer("here").place;

/** A workload with four replicas of 500 mCPU here, whose offer counts `capacityReplicas` and draws from `draws`. */
function asking(capacityReplicas: number | undefined, draws: readonly Draw[]): Asking {
  const offer = anOffer("here", capacityReplicas === undefined ? {} : { capacityReplicas });
  return {
    workload: "web",
    inputs: {
      needs: aService({ scale: { min: 4, max: 4 } }),
      offers: [offer],
      policy: OPEN_POLICY,
      gateway: OPEN_GATEWAY,
      now: 0,
      held: [{ place: HERE, replicas: 4 }],
    },
    draws: new Map([["here", draws]]),
    raises: new Map(),
    budgets: [],
  };
}

const credit = (one: Asking): number => creditOf(one, anOffer("here", one.inputs.offers[0]));

test.each([
  ["a host tells what is free beside it: all four have their room already", 6, 1_000, 4],
  ["a quota tells the whole of itself: the four take their part of it", 8, 4_000, 0],
  ["a full host still has its own", 4, 0, 4],
])("%s", (_what, capacity, milliCpu, expected) => {
  const one = asking(capacity, [{ pool: "room", milliCpu }]);
  expect(credit(one)).toBe(expected);
  expect(heldOf(one)).toEqual(expected === 0 ? [] : [{ place: HERE, replicas: expected }]);
});

test("what shares no room is held as it is", () => {
  const one = asking(undefined, []);
  expect(credit(one)).toBe(0);
  expect(heldOf(one)).toEqual([{ place: HERE, replicas: 4 }]);
});
