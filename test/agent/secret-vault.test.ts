import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { unsafeWay } from "../../src/agent/safe-way.ts";
import { SecretVault } from "../../src/agent/secret-vault.ts";
import { aUnit } from "./a-unit.ts";

let dataDir: string;
const said: string[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "berth-vault-"));
  said.length = 0;
});
afterEach(async () => {
  await rm(dataDir, { recursive: true });
});

const open = () => SecretVault.open(dataDir, (sentence) => void said.push(sentence));
const unit = aUnit({
  id: "u-1",
  template: { secrets: { A: "a@1" }, files: [{ path: "/f", secret: "b@2" }] },
});
const values = { "a@1": "canary-of-a", "b@2": "canary-of-b" };
const files = async () => readdir(join(dataDir, "secrets"));
const everything = async () =>
  (await Promise.all((await files()).map((file) => readFile(join(dataDir, "secrets", file), "utf8")))).join();

describe("an agent's secrets", () => {
  test("outlive a restart, in files that nobody else may read", async () => {
    await (await open()).keep([{ unit: "u-1", values }], [unit]);
    const again = await open();
    expect([again.held(), again.valuesFor(unit)]).toEqual([["u-1"], values]);
    for (const path of ["secrets", "secrets/u-1.json"])
      expect((await stat(join(dataDir, path))).mode & 0o077, path).toBe(0);
  });

  test("go with their unit, from memory and from the disk", async () => {
    const vault = await open();
    await vault.keep([{ unit: "u-1", values }], [unit]);
    await vault.keep([], []);
    expect([vault.held(), vault.valuesFor(unit), vault.hiddenOf("u-1")]).toEqual([[], undefined, []]);
    expect(await files()).toEqual([]);
    expect(await readdir(dataDir)).toEqual(["secrets"]);
  });

  test("are kept for no unit that is not wanted, and only when all of them came", async () => {
    const vault = await open();
    await vault.keep(
      [
        { unit: "u-2", values },
        { unit: "u-1", values: { "a@1": "canary-of-a" } },
      ],
      [unit],
    );
    expect([vault.held(), vault.valuesFor(unit)]).toEqual([[], undefined]);
    expect(await everything()).not.toContain("canary");
  });

  test("that the broker refuses are told with its sentence, until they come", async () => {
    const vault = await open();
    await vault.keep([{ unit: "u-1", because: "there is none" }], [unit]);
    expect([vault.held(), vault.valuesFor(unit)]).toEqual([[], "there is none"]);
    await vault.keep([{ unit: "u-1", values }], [unit]);
    expect(vault.valuesFor(unit)).toEqual(values);
    expect(vault.valuesFor(aUnit())).toEqual({});
  });

  test("of a file that is torn are asked for anew, without a word of what stands in it", async () => {
    await (await open()).keep([{ unit: "u-1", values }], [unit]);
    await writeFile(join(dataDir, "secrets", "u-1.json"), '{"a@1":"canary');
    await writeFile(join(dataDir, "secrets", "u-9.json.new"), "canary");
    expect((await open()).held()).toEqual([]);
    expect(await files()).toEqual([]);
    expect(said.length).toBe(2);
    expect(said.join()).not.toContain("canary");
  });
});

test("secrets come over TLS, or without leaving the host, and else the agent says why not", () => {
  for (const server of [
    "https://berth.example",
    "http://127.0.0.1:8787",
    "http://localhost:1",
    "http://[::1]:80",
  ])
    expect(unsafeWay(server)).toBe(undefined);
  for (const server of [
    "http://berth.example",
    "http://10.0.0.1:8787",
    "http://127.0.0.1.example",
    "ws://berth.example",
  ])
    expect(unsafeWay(server)).toContain("--server https://");
});
