import { describe, expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { Fault } from "../../src/domain/fault.ts";
import {
  adapterFactories,
  billedAccount,
  createRegistry,
  parseTargetConfig,
  TARGET_KINDS,
  targetKind,
} from "../../src/adapters/registry.ts";
import { namesOnly } from "../../src/adapters/sandbox/serving.ts";
import { memoryState } from "../../src/adapters/sandbox/state.ts";
import { memoryAgents } from "./agent/memory-agents.ts";
import { testCloudPorts } from "./cloud-ports.ts";
import { call, START, target } from "./fixtures.ts";
import { judgeSimulated } from "../contracts/judge-simulated.ts";
import { knownOf } from "./known.ts";

const now = () => START;
const factories = adapterFactories({
  sandboxState: memoryState(),
  sandboxServers: namesOnly(),
  sandboxJudge: judgeSimulated,
  agentDirectory: memoryAgents(now).directory,
  book: builtInBook,
  now,
  cloud: testCloudPorts(),
});
const config = { simulates: "ecs", region: "eu-west-1" };
const faultOf = (run: () => unknown): Fault => {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

test("every cloud's line says which of a target's fields is the account that bills it, as bills name it", () => {
  const accounts = { accountId: "123456789012", subscriptionId: "AB-12", projectId: "Acme-1" };
  expect(TARGET_KINDS.map((kind) => [kind, billedAccount({ kind, config: accounts })])).toEqual([
    ["sandbox", undefined],
    ["agents", undefined],
    ["ecs", "123456789012"],
    ["aci", "ab-12"],
    ["cloud-run", "acme-1"],
  ]);
  expect(billedAccount({ kind: "ecs", config: { accountId: 7 } })).toBeUndefined();
  expect(billedAccount({ kind: "ecs", config: {} })).toBeUndefined();
});

describe("the registry", () => {
  test("opens a version of a target once, and its next version anew", () => {
    const { open } = createRegistry(factories);
    const first = open(target("sandbox", config));
    expect(open(target("sandbox", config))).toBe(first);
    expect(open(target("sandbox", config, { version: 2 }))).not.toBe(first);
    expect(open(target("sandbox", config, { id: "tgt_other" }))).not.toBe(first);
  });

  test("keeps a bounded number open, and opens the forgotten again", () => {
    let opened = 0;
    const counting = {
      ...factories,
      sandbox: (row: Parameters<typeof factories.sandbox>[0]) => {
        opened += 1;
        return factories.sandbox(row);
      },
    };
    const { open } = createRegistry(counting);
    for (let number = 0; number <= 1_000; number += 1)
      open(target("sandbox", config, { id: `tgt_${number}` }));
    open(target("sandbox", config, { id: "tgt_1000" }));
    expect(opened).toBe(1_001);
    open(target("sandbox", config, { id: "tgt_0" }));
    expect(opened).toBe(1_002);
  });

  test("puts deadlines and kinds around what it opens", async () => {
    const adapter = createRegistry({
      ...factories,
      sandbox: (row) => ({ ...factories.sandbox(row), observe: () => Promise.reject(new Error("?")) }),
    }).open(target("sandbox", config));
    await expect(adapter.observe(knownOf(), call())).rejects.toMatchObject({ kind: "bug" });
  });

  test("names the kinds there are when asked for another", () => {
    expect(TARGET_KINDS.map((kind) => targetKind({ kind }))).toEqual(TARGET_KINDS);
    expect(faultOf(() => targetKind({ kind: "sandbx" })).problems[0]?.message).toContain(
      "Did you mean sandbox?",
    );
    for (const document of [undefined, null, "sandbox", {}, { kind: 1 }, { kind: "__proto__" }])
      expect(faultOf(() => targetKind(document)).code).toBe("invalid-body");
  });

  test("stores a configuration as it was written, without its kind", () => {
    expect(parseTargetConfig("sandbox", { kind: "sandbox", ...config })).toEqual(config);
    expect(parseTargetConfig("agents", { kind: "agents", pool: "home" })).toEqual({ pool: "home" });
    expect(faultOf(() => parseTargetConfig("agents", { kind: "agents" })).problems).toHaveLength(1);
  });
});
