import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../src/domain/fault.ts";
import { createSealer, noSealer, sealedUnder, type SealContext } from "../../src/identity/seal.ts";
import { testKey, testSealer } from "./test-sealer.ts";

const sealer = testSealer("k1");
const CONTEXT: SealContext = {
  purpose: "secret",
  project: "prj_1",
  environment: "production",
  name: "db-url",
  version: 3,
};
const text = fc.string({ unit: "grapheme", maxLength: 200 });
const context: fc.Arbitrary<SealContext> = fc.record({
  purpose: fc.constantFrom("secret", "registry", "issuer-key"),
  project: fc.string({ maxLength: 8 }),
  environment: fc.string({ maxLength: 8 }),
  name: fc.string({ maxLength: 8 }),
  version: fc.nat(),
});
const refusal = async (opened: Promise<string>): Promise<unknown> =>
  opened.then(
    () => "opened",
    (error: unknown) => error,
  );
const codeOf = (error: unknown) => (error instanceof Fault ? error.code : error);

describe("a seal", () => {
  test("opens to the very text, whatever it is and wherever it belongs", async () => {
    await fc.assert(
      fc.asyncProperty(text, context, async (plain, where) => {
        expect(await sealer.open(await sealer.seal(plain, where), where)).toBe(plain);
      }),
    );
  });

  test("says nothing of its text but the length, and is another one each time", async () => {
    const seals = await Promise.all(
      Array.from({ length: 50 }, () => sealer.seal("hunter2-hunter2", CONTEXT)),
    );
    expect(new Set(seals).size).toBe(50);
    expect(new Set(seals.map(({ length }) => length)).size).toBe(1);
    // No part of two seals is the same: neither nonces nor keys are used again.
    const parts = seals.flatMap((sealed) => sealed.split(".").slice(2));
    expect(new Set(parts).size).toBe(parts.length);
  });

  test("does not open with any one bit of it changed", async () => {
    const sealed = await sealer.seal("the quick brown fox", CONTEXT);
    const bytes = Buffer.from(sealed, "latin1");
    const flips = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return flipped.toString("latin1");
    });
    const ends = await Promise.all(flips.map((flipped) => refusal(sealer.open(flipped, CONTEXT))));
    // A changed key id names a key that is not there; everything else is broken.
    expect(new Set(ends.map(codeOf))).toEqual(new Set(["internal", "unavailable"]));
    const rewrapped = await Promise.all(
      flips.map((flipped) =>
        sealer
          .rewrap(flipped, CONTEXT)
          .then(async (again) => refusal(sealer.open(again, CONTEXT)))
          .catch((error: unknown) => error),
      ),
    );
    expect(rewrapped.filter((end) => !(end instanceof Fault))).toEqual([]);
  });

  test("does not open cut short, lengthened, in another format or as something else", async () => {
    const sealed = await sealer.seal("the quick brown fox", CONTEXT);
    const cuts = Array.from({ length: sealed.length }, (_, length) => sealed.slice(0, length));
    const strange = [
      `${sealed}A`,
      `${sealed}=`,
      ` ${sealed}`,
      `${sealed}\n`,
      sealed.replace("seal-1", "seal-0"),
      "plain",
    ];
    for (const wrong of [...cuts, ...strange])
      expect(codeOf(await refusal(sealer.open(wrong, CONTEXT)))).toBe("internal");
  });

  test("does not open in the place of another: purpose, project, environment, name and version all count", async () => {
    const field = fc.constantFrom("purpose", "project", "environment", "name", "version");
    await fc.assert(
      fc.asyncProperty(context, context, field, async (mine, other, changed) => {
        // All else is the same: each field counts by itself.
        const theirs = { ...mine, [changed]: other[changed] };
        fc.pre(theirs[changed] !== mine[changed]);
        const sealed = await sealer.seal("mine", mine);
        expect(codeOf(await refusal(sealer.open(sealed, theirs)))).toBe("internal");
        expect(codeOf(await refusal(testSealer("k2", "k1").rewrap(sealed, theirs)))).toBe("internal");
      }),
    );
  });

  test("does not open when its parts are put together from two seals", async () => {
    const one = (await sealer.seal("one", CONTEXT)).split(".");
    const two = (await sealer.seal("two", CONTEXT)).split(".");
    for (const mixed of [
      [...one.slice(0, 4), ...two.slice(4)],
      [...one.slice(0, 5), ...two.slice(5)],
      [...one.slice(0, 3), ...two.slice(3, 4), ...one.slice(4)],
    ])
      expect(codeOf(await refusal(sealer.open(mixed.join("."), CONTEXT)))).toBe("internal");
  });
});

describe("a change of the sealing key", () => {
  test("rewraps the data key alone: what is sealed stays the same bytes, and opens under the new key only", async () => {
    await fc.assert(
      fc.asyncProperty(text, context, async (plain, where) => {
        const before = await sealer.seal(plain, where);
        const after = await testSealer("k2", "k1").rewrap(before, where);
        expect([sealedUnder(before), sealedUnder(after)]).toEqual(["k1", "k2"]);
        expect(after.split(".").slice(4)).toEqual(before.split(".").slice(4));
        expect(await testSealer("k2").open(after, where)).toBe(plain);
        expect(codeOf(await refusal(testSealer("k1").open(after, where)))).toBe("unavailable");
      }),
      { numRuns: 30 },
    );
  });

  test("leaves what is under the current key as it is, and opens both while both keys are there", async () => {
    const [old, both] = [await sealer.seal("x", CONTEXT), testSealer("k2", "k1")];
    const fresh = await both.seal("x", CONTEXT);
    expect(await both.rewrap(fresh, CONTEXT)).toBe(fresh);
    expect([await both.open(old, CONTEXT), await both.open(fresh, CONTEXT)]).toEqual(["x", "x"]);
  });

  test("names the key that is missing, and another key of the same name opens nothing", async () => {
    const sealed = await sealer.seal("x", CONTEXT);
    expect(await refusal(testSealer("k2").open(sealed, CONTEXT))).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("k1"),
    });
    const renamed = sealed.replace(".k1.", ".k2.");
    expect(codeOf(await refusal(testSealer("k2", "k1").open(renamed, CONTEXT)))).toBe("internal");
    const { bytes } = testKey("twin");
    const twins = createSealer(
      [
        { id: "k1", bytes },
        { id: "k2", bytes },
      ],
      (count) => randomBytes(count),
    );
    const twin = (await twins.seal("x", CONTEXT)).replace(".k1.", ".k2.");
    expect(codeOf(await refusal(twins.open(twin, CONTEXT)))).toBe("internal");
  });
});

test("without a key every use says what to set", async () => {
  const none = noSealer("set BERTH_SEALING_KEYS");
  const uses = [none.seal("x", CONTEXT), none.open("x", CONTEXT), none.rewrap("x", CONTEXT)];
  for (const use of uses)
    await expect(use).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/BERTH_SEALING_KEYS/),
    });
});
