import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { dockerDriver } from "../../src/agent/drivers/docker.ts";
import { DEFAULT_LIMITS } from "../../src/agent/limits.ts";
import { SecretVault } from "../../src/agent/secret-vault.ts";
import { withSecrets } from "../../src/agent/with-secrets.ts";
import type { Template } from "../../src/domain/plan.ts";
import { aUnit } from "../agent/a-unit.ts";
import { eventually } from "./harness/patience.ts";
import { onEachEngine } from "./harness/on-each-engine.ts";
import { ownEngine } from "./harness/own-engine.ts";
import type { TestEngine } from "./harness/engine.ts";

const owner = { installation: "inst-1", agent: "agent-1" };
const VALUES = { "db-url@1": 'line one\nline "two"', "key@4": "-----secret file-----" };
const LOOK = `printf '%s|' "$DATABASE_URL" | wc -c; stat -c '%a %u' /etc/key; echo "$(cat /etc/key)"; sleep 60`;
const { signal } = new AbortController();

onEachEngine("secrets on a real %s", (kind) => {
  let engine: TestEngine;
  let dataDir: string;
  let vault: SecretVault;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "berth-engine-secrets-"));
    vault = await SecretVault.open(dataDir, () => {});
  });
  afterAll(async () => {
    await rm(dataDir, { recursive: true });
  });
  ownEngine(kind, (own) => void ({ engine } = own));
  afterEach(async () => {
    await engine.api.clear();
  });

  const logged = async (over: Partial<Template>): Promise<string> => {
    const unit = aUnit({
      template: {
        entrypoint: ["/bin/sh", "-c"],
        args: [LOOK],
        secrets: { DATABASE_URL: "db-url@1" },
        files: [{ path: "/etc/key", secret: "key@4" }],
        ...over,
      },
    });
    await vault.keep([{ unit: unit.id, values: VALUES }], [unit]);
    const address = { socketPath: engine.socket };
    const settings = { owner, epoch: () => 1, limits: DEFAULT_LIMITS, publishOn: engine.host.address };
    const driver = withSecrets(dockerDriver({ address, ...settings }), vault);
    await driver.start(unit, 0, signal);
    const lines = async () => {
      const [main] = await driver.look();
      return main === undefined ? [] : await driver.lastLines(main);
    };
    return (await eventually(lines, (found) => found.length >= 3)).join("\n");
  };

  test("a file is its own user's alone, and a variable comes as it is; neither is told to the broker", async () => {
    expect(await logged({ user: 1000 })).toBe(`${VALUES["db-url@1"].length + 1}\n400 1000\n(secret)`);
    const [container = ""] = await engine.api.containers();
    const seen = await engine.api.inspect(container);
    expect(JSON.stringify(seen.Config?.Labels)).not.toContain("secret file");
  });

  test("without a user it is root's, who this image runs as", async () => {
    expect(await logged({})).toContain("\n400 0\n");
  });

  test("with a user whose number is not known, the container's processes can read it", async () => {
    const passwd = { path: "/etc/passwd", content: "nobody:x:65534:65534::/:/bin/sh\n" };
    const files = [passwd, { path: "/etc/key", secret: "key@4" }];
    expect(await logged({ user: "nobody", files })).toMatch(/^\d+\n444 0\n\(secret\)$/);
  });
});
