import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filesArchive } from "../../src/agent/drivers/archive.ts";
import { EngineError } from "../../src/agent/drivers/dial.ts";
import type { Driver } from "../../src/agent/drivers/driver.ts";
import { replicaPayload } from "../../src/agent/drivers/payload.ts";
import type { SeenContainer } from "../../src/agent/drivers/seen.ts";
import { GuardRefusal } from "../../src/agent/guard.ts";
import { hide } from "../../src/agent/hide.ts";
import { DEFAULT_LIMITS } from "../../src/agent/limits.ts";
import { MAIN } from "../../src/agent/mark.ts";
import { perform } from "../../src/agent/perform.ts";
import { SecretVault } from "../../src/agent/secret-vault.ts";
import { filledIn, NotHandedOut, withSecrets } from "../../src/agent/with-secrets.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { extract } from "tar-stream";
import { aUnit } from "./a-unit.ts";

const CANARY = 'canary "of" the\nsecond line of it';
const values = { "a@1": CANARY, "b@2": "canary-of-b" };
const sidecar = {
  name: "proxy",
  image: "localhost/p:1",
  env: { X: "1" },
  resources: { milliCpu: 10, memoryMiB: 8 },
};
const unit = aUnit({
  id: "u-1",
  template: {
    env: { PLAIN: "p" },
    secrets: { A: "a@1" },
    files: [
      { path: "/etc/plain", content: "p" },
      { path: "/etc/key", secret: "b@2" },
    ],
    sidecars: [{ ...sidecar, secrets: { B: "b@2" }, essential: true }],
  },
});
const NEVER = new AbortController().signal;

let dataDir: string;
let vault: SecretVault;
const started: Unit[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "berth-secrets-"));
  vault = await SecretVault.open(dataDir, () => {});
  started.length = 0;
});
afterEach(async () => {
  await rm(dataDir, { recursive: true });
});

const lines = ["starting", `got ${CANARY.split("\n")[1] ?? ""}`];
/** An engine that is there, and says more than it should. */
function engine(start: () => Promise<void> = async () => {}): Driver {
  const none = async () => await Promise.reject(new Error("not asked in this test"));
  return {
    info: none,
    look: async () => [],
    autopsy: async () => ({ exitCode: 1, reason: `exited after ${JSON.stringify(CANARY)}`, lines, ranMs: 1 }),
    lastLines: async () => lines,
    pidOf: none,
    start: async (given) => {
      started.push(given);
      await start();
    },
    stop: none,
    logs: none,
  };
}
const owner = { installation: "i", agent: "agent-1", epoch: 1 };

describe("a unit with secrets", () => {
  test("is started with values where references stood, in its environment, its files and its sidecars", async () => {
    await vault.keep([{ unit: "u-1", values }], [unit]);
    await withSecrets(engine(), vault).start(unit, 0, NEVER);
    expect(started[0]?.template).toMatchObject({
      env: { PLAIN: "p", A: CANARY },
      secrets: {},
      files: [
        { path: "/etc/plain", content: "p" },
        { path: "/etc/key", content: "canary-of-b", secret: "b@2" },
      ],
      sidecars: [{ env: { X: "1", B: "canary-of-b" }, secrets: {} }],
    });
    expect(unit.template.env).toEqual({ PLAIN: "p" });
  });

  test("has its values in the environment and nowhere else of what an engine is told", () => {
    const settings = { owner, limits: DEFAULT_LIMITS, publishOn: "127.0.0.1", engine: "docker" } as const;
    const { containers, volumes } = replicaPayload(filledIn(unit, values), 0, settings);
    const rest = containers.map(({ payload: { Env: _env, ...payload }, ...named }) => ({
      ...named,
      payload,
    }));
    expect(JSON.stringify([rest, volumes])).not.toContain("canary");
    expect(containers.map(({ payload }) => payload.Env)).toEqual([
      expect.arrayContaining([`A=${CANARY}`, "PLAIN=p"]),
      ["B=canary-of-b", "X=1"],
    ]);
  });

  test("waits in silence while they have not come, and is refused with a sentence when they will not", async () => {
    const driver = withSecrets(engine(), vault);
    await expect(driver.start(unit, 0, NEVER)).rejects.toThrow(NotHandedOut);
    const said: string[] = [];
    const host = { driver, probe: async () => ({ ok: true }) as const, dialHost: "127.0.0.1", now: () => 1 };
    const action = { do: "start", unit, replica: 0, because: "it is not there" } as const;
    const after = await perform(action, {}, { ...host, log: (line) => void said.push(line) }, NEVER);
    expect([after({}), said]).toEqual([{}, []]);
    await vault.keep([{ unit: "u-1", because: "there is no secret a@1" }], [unit]);
    await expect(driver.start(unit, 0, NEVER)).rejects.toThrow(GuardRefusal);
    await expect(withSecrets(engine(), vault, "no TLS").start(aUnit(), 0, NEVER)).resolves.toBe(undefined);
  });

  test("does not have them said by an engine that quotes them, whose error stays of its kind", async () => {
    await vault.keep([{ unit: "u-1", values }], [unit]);
    const quoting = async () => await Promise.reject(new EngineError(`invalid env A=${CANARY}`, 400));
    const driver = withSecrets(engine(quoting), vault);
    const error: unknown = await driver.start(unit, 0, NEVER).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ status: 400, message: "invalid env A=(secret)" });
    expect(error instanceof Error && error.stack).not.toContain("canary");
    const mark = {
      ...owner,
      project: "p",
      environment: "e",
      workload: "web",
      unit: "u-1",
      name: "n",
      birth: 1,
    };
    const container: SeenContainer = {
      id: "c",
      name: "c",
      mark: { ...mark, replica: 0, container: MAIN },
      state: "dead",
      ports: {},
    };
    const said = JSON.stringify([await driver.autopsy(container), await driver.lastLines(container)]);
    expect(said).not.toMatch(/canary|second line/);
    expect(said).toContain("starting");
  });
});

test("a file that holds a secret is its container's user's alone, and readable where that user is not known", async () => {
  const { template } = filledIn(unit, values);
  const modes = async (user: number | undefined) => {
    const archive = await filesArchive(template, user);
    const headers: unknown[] = [];
    const tar = Readable.from([archive ?? Buffer.alloc(0)]).pipe(extract());
    for await (const entry of tar) {
      headers.push([entry.header.name, entry.header.mode, entry.header.uid]);
      entry.resume();
    }
    return headers;
  };
  expect(await modes(1000)).toEqual([
    ["etc/plain", 0o644, 0],
    ["etc/key", 0o400, 1000],
  ]);
  expect(await modes(undefined)).toEqual([
    ["etc/plain", 0o644, 0],
    ["etc/key", 0o444, 0],
  ]);
});

test("what is hidden is hidden as it is, line by line and as JSON writes it; short values are left", () => {
  expect(hide(`a ${CANARY} b ${JSON.stringify({ CANARY })} second line of it 1234`, [CANARY, "1234"])).toBe(
    'a (secret) b {"CANARY":"(secret)"} (secret) 1234',
  );
});
