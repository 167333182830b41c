import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  formatCpu,
  formatMemory,
  formatStorage,
  parseCpu,
  parseMemory,
  parseStorage,
  type Parsed,
} from "../../src/domain/quantity.ts";

const value = (parsed: Parsed<number>) => (parsed.ok ? parsed.value : parsed.message);

test.each([
  ["0.5", 500],
  ["500m", 500],
  [0.5, 500],
  ["2", 2_000],
  [1, 1_000],
  ["0.0001", 1],
  ["1e-1", 100],
  ["250000u", 250],
  ["1.", 1_000],
])("cpu %s is %d thousandths", (written, milli) => expect(value(parseCpu(written))).toBe(milli));

test.each([
  ["512Mi", 512],
  ["1Gi", 1_024],
  ["500M", 477],
  ["1G", 954],
  [536_870_912, 512],
  [536_870_913, 513],
  ["1.5Gi", 1_536],
  ["1Ki", 1],
  ["1e9", 954],
  ["1E9", 954],
  ["0", 0],
  ["2Ti", 2_097_152],
])("memory %s is %d MiB, rounded up", (written, mib) => expect(value(parseMemory(written))).toBe(mib));

test.each([
  ["20Gi", 20],
  ["500M", 1],
  ["1.1Gi", 2],
  [1, 1],
])("disk %s is %d GiB, rounded up", (written, gib) => expect(value(parseStorage(written))).toBe(gib));

test.each([
  "",
  "-1",
  "1 Gi",
  "1gi",
  "Mi",
  "1e999",
  "0x10",
  "١",
  "1_000",
  "NaN",
  "Infinity",
  ".5",
  "1".repeat(40),
  "1Xi",
  "1e+",
])("%j is not a quantity, and the sentence says what to write", (written) => {
  expect(value(parseMemory(written))).toMatch(/is not a quantity; write memory as 512Mi or 1Gi/);
});

test("a quantity beyond what numbers hold is refused, not rounded", () => {
  expect(value(parseMemory("9".repeat(31)))).toContain("too large");
  expect(value(parseCpu("16E"))).toContain("too large");
});

test("what is formatted parses to the same amount", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (amount) => {
      expect(value(parseCpu(formatCpu(amount)))).toBe(amount);
      expect(value(parseMemory(formatMemory(amount)))).toBe(amount);
      expect(value(parseStorage(formatStorage(amount)))).toBe(amount);
    }),
  );
});

test("nobody gets less than asked, and never a whole unit more", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (bytes) => {
      const mib = Number(value(parseMemory(String(bytes))));
      expect(BigInt(mib) * 1_048_576n).toBeGreaterThanOrEqual(BigInt(bytes));
      expect(BigInt(mib) * 1_048_576n).toBeLessThan(BigInt(bytes) + 1_048_576n);
    }),
  );
});

test("more is never read as less, whatever the suffix", () => {
  const suffix = fc.constantFrom("", "k", "M", "G", "Ki", "Mi", "Gi");
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(1_000_000), suffix, (a, b, unit) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((count) =>
        Number(value(parseMemory(`${count}${unit}`))),
      );
      expect(less).toBeLessThanOrEqual(more ?? -1);
    }),
  );
});

test("a number and its text are read alike", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (amount) => {
      expect(parseCpu(amount)).toEqual(parseCpu(String(amount)));
    }),
  );
});
