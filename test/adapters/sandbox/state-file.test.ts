import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Account } from "../../../src/adapters/sandbox/account.ts";
import { fileState } from "../../../src/adapters/sandbox/state-file.ts";
import { memoryState, type SandboxState } from "../../../src/adapters/sandbox/state.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-sandbox-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const account = (tokens: number): Account => ({
  provider: "ecs",
  cloud: { tokens },
  creates: { tokens, at: 0 },
  faultsUsed: {},
  answers: {},
});
const tokensOf = async (state: SandboxState, target = "t") => {
  const { account: kept } = await state.load(target);
  return Number(member(member(kept, "creates"), "tokens") ?? 0);
};
const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

describe.each([
  ["in memory", () => memoryState()],
  ["in files", () => fileState(folder)],
])("a sandbox's state %s", (_name, make) => {
  test("that was never kept is version 0 without an account", async () => {
    expect(await make().load("t")).toEqual({ version: 0, account: undefined });
  });

  test("is what was kept last, a target at a time", async () => {
    const state = make();
    expect(await state.save("t", account(1), 0)).toBe(true);
    expect(await state.save("t", account(2), 1)).toBe(true);
    expect(await state.save("../t", account(9), 0)).toBe(true);
    expect(await state.load("t")).toEqual({ version: 2, account: account(2) });
    expect(await state.load("../t")).toEqual({ version: 1, account: account(9) });
  });

  test("refuses a save over another version than the caller read, and stays", async () => {
    const state = make();
    await state.save("t", account(1), 0);
    expect(await state.save("t", account(7), 0)).toBe(false);
    await state.save("t", account(2), 1);
    expect(await state.save("t", account(8), 1)).toBe(false);
    expect(await tokensOf(state)).toBe(2);
  });

  test("loses no update when many save at once", async () => {
    const state = make();
    const add = async () => {
      for (;;) {
        const { version } = await state.load("t");
        if (await state.save("t", account((await tokensOf(state)) + 1), version)) return;
      }
    };
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let times = 0; times < 15; times += 1) await add();
      }),
    );
    expect(await tokensOf(state)).toBe(60);
  });
});

describe("a sandbox's state in files", () => {
  test("is there for another process, and a draft left by a killed one does not count", async () => {
    await fileState(folder).save("t", account(1), 0);
    await writeFile(join(folder, ".t.v2.json.left-behind"), '{"units":');
    expect(await fileState(folder).load("t")).toEqual({ version: 1, account: account(1) });
    expect(await fileState(folder).save("t", account(2), 1)).toBe(true);
  });

  test("keeps only the last few versions", async () => {
    const state = fileState(folder);
    for (let version = 0; version < 40; version += 1) await state.save("t", account(version), version);
    expect((await readdir(folder)).length).toBeLessThanOrEqual(20);
    expect(await tokensOf(state)).toBe(39);
  });

  test("a writer that slept past the kept versions loses, and its file does not stay", async () => {
    const state = fileState(folder);
    for (let version = 0; version < 40; version += 1) await state.save("t", account(version), version);
    expect(await state.save("t", account(99), 2)).toBe(false);
    expect(await readdir(folder)).not.toContain("t.v3.json");
    expect(await tokensOf(state)).toBe(39);
  });

  test("a file that holds something else is an error that names it", async () => {
    await writeFile(join(folder, "t.v1.json"), "[]");
    await expect(fileState(folder).load("t")).rejects.toThrow("t.v1.json does not hold a sandbox's state");
  });
});
