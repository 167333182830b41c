import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dialEngine } from "../../src/agent/drivers/dial.ts";
import { guardedEngine, type Engine } from "../../src/agent/drivers/engine.ts";
import { ensureImage } from "../../src/agent/drivers/images.ts";
import { DEFAULT_LIMITS } from "../../src/agent/limits.ts";
import { RegistryLogins } from "../../src/agent/registry-logins.ts";
import { blob, type Blob } from "../images/registry-server.ts";
import { startEngine, type TestEngine } from "./harness/engine.ts";
import { installEngines } from "./harness/install.ts";
import { createNetwork, type Network } from "./harness/network.ts";
import { onEachEngine } from "./harness/on-each-engine.ts";
import { installRegistry, push, startRegistry, type TestRegistry } from "./harness/registry.ts";

/** A first run installs engine and registry. */
const START_MS = 180_000;
const REMOVE_MS = 60_000;
/** What bcrypt makes of the password, as htpasswd -B would write it. */
const HASH = "$2b$05$abcdefghijklmnopqrstuu6O/jaYCx8zhCexxqCBsInzagwRDBqGq";
const LOGIN = { username: "bot", password: "a-password-of-the-tests" };

/** An archive with nothing in it: the least layer there is. */
const LAYER = textBlob("\0".repeat(1_024), "application/vnd.oci.image.layer.v1.tar");
const CONFIG = blob(
  { os: "linux", architecture: "amd64", config: {}, rootfs: { type: "layers", diff_ids: [LAYER.digest] } },
  "application/vnd.oci.image.config.v1+json",
);
const MANIFEST = blob(
  {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: CONFIG.type, digest: CONFIG.digest, size: CONFIG.text.length },
    layers: [{ mediaType: LAYER.type, digest: LAYER.digest, size: LAYER.text.length }],
  },
  "application/vnd.oci.image.manifest.v1+json",
);

onEachEngine("%s", (kind) => {
  let network: Network;
  let engine: TestEngine;
  let registry: TestRegistry;
  beforeAll(async () => {
    await installEngines([kind]);
    await installRegistry();
    network = await createNetwork();
    const machine = await network.addHost();
    registry = await startRegistry();
    await push(registry.host, "acme/web", {
      blobs: [LAYER, CONFIG],
      manifests: [MANIFEST],
      tags: { "1": MANIFEST },
    });
    const path = join(registry.dir, "htpasswd");
    await writeFile(path, `${LOGIN.username}:${HASH}\n`);
    // Beside the engine: Docker speaks clear text with a registry on its own host only.
    await registry.reopen({ htpasswd: { realm: "tests", path } }, machine.enter);
    engine = await startEngine(kind, machine, { plainRegistries: [registry.host] });
  }, START_MS);
  afterAll(async () => {
    await registry?.remove();
    await engine?.remove();
    await network?.remove();
  }, REMOVE_MS);

  function engineWith(logins: RegistryLogins): Engine {
    const rules = async () => ({ limits: DEFAULT_LIMITS, publishOn: [engine.host.address], holding: 0 });
    return guardedEngine(dialEngine({ socketPath: engine.socket }), rules, (image) => logins.authFor(image));
  }

  test("a private image is pulled by its digest with the login that came with a sync, and not without it", async () => {
    const image = `${registry.host}/acme/web@${MANIFEST.digest}`;
    const logins = new RegistryLogins();
    const guarded = engineWith(logins);
    const pull = () => ensureImage(guarded, image, MANIFEST.digest, new AbortController().signal);
    await expect(pull()).rejects.toThrow();
    logins.keep([{ host: registry.host, ...LOGIN, password: "wrong" }]);
    await expect(pull()).rejects.toThrow();
    logins.keep([{ host: registry.host, ...LOGIN }]);
    await pull();
    expect((await guarded.inspectImage(image)).RepoDigests).toContain(image);
  });
});

function textBlob(text: string, type: string): Blob {
  return { digest: `sha256:${createHash("sha256").update(text).digest("hex")}`, text, type };
}
