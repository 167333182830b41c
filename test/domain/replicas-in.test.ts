import { expect, test } from "vitest";
import { replicasIn } from "../../src/domain/replicas-in.ts";

const shape = { milliCpu: 400, memoryMiB: 512 };

test("as many replicas fit as the scarcest amount of the scarcest room holds whole", () => {
  expect(replicasIn(shape, [{ pool: "a", milliCpu: 1_999, memoryMiB: 4_096 }])).toBe(4);
  expect(replicasIn(shape, [{ pool: "a", milliCpu: 8_000, memoryMiB: 1_100 }])).toBe(2);
  expect(replicasIn(shape, [{ pool: "a", milliCpu: 8_000, replicas: 3 }])).toBe(3);
  expect(
    replicasIn(shape, [
      { pool: "a", milliCpu: 8_000 },
      { pool: "b", replicas: 1 },
    ]),
  ).toBe(1);
});

test("no room bounds nothing, and neither does an amount that is absent", () => {
  expect(replicasIn(shape, [])).toBe(Infinity);
  expect(replicasIn(shape, [{ pool: "a" }])).toBe(Infinity);
});

test("a room with less than nothing left takes none", () => {
  expect(replicasIn(shape, [{ pool: "a", milliCpu: -400 }])).toBe(0);
});

test("whoever asks for no CPU is counted as asking for the least there is", () => {
  expect(replicasIn({ milliCpu: 0, memoryMiB: 512 }, [{ pool: "a", milliCpu: 5, memoryMiB: 8_192 }])).toBe(5);
});
