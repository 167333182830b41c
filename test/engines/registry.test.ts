import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RegistryLogin } from "../../src/domain/resolved-image.ts";
import { imageResolver } from "../../src/images/resolver.ts";
import { registryFetch } from "../../src/main/registry-fetch.ts";
import { manyImages, oneImage } from "../images/image-kit.ts";
import { blob } from "../images/registry-server.ts";
import { installRegistry, push, startRegistry, type TestRegistry } from "./harness/registry.ts";
import { startTokenService } from "./harness/token-service.ts";

/** What bcrypt makes of the password, as htpasswd -B would write it. */
const HASH = "$2b$05$abcdefghijklmnopqrstuu6O/jaYCx8zhCexxqCBsInzagwRDBqGq";
const LOGIN = { username: "bot", password: "a-password-of-the-tests" };
const HERE = { private: false, loopback: true };

const LAYER = blob({ some: "bytes" }, "application/octet-stream");
const AMD = imageOf("amd64");
const ARM = imageOf("arm64");
const BOTH = manyImages([
  { arch: "amd64", kit: AMD.kit },
  { arch: "arm64", variant: "v8", kit: ARM.kit },
]);
const [INDEX] = BOTH.blobs;

let registry: TestRegistry;
beforeAll(async () => {
  await installRegistry();
  registry = await startRegistry();
  if (INDEX === undefined) throw new Error("an index has bytes");
  await push(registry.host, "acme/web", {
    blobs: [LAYER, AMD.config, ARM.config],
    manifests: [AMD.manifest, ARM.manifest],
    tags: { "1.4": INDEX, arm: ARM.manifest },
  });
});
afterAll(async () => {
  await registry.remove();
});

const ask = (name: string, login?: RegistryLogin) => {
  const { host } = registry;
  const resolve = imageResolver({
    fetch: registryFetch(HERE),
    reach: HERE,
    now: () => 0,
    login: async (_project, asked) => (asked === host ? login : undefined),
  });
  return resolve(
    { project: "prj_1", reference: `${host}/${name}`, fresh: false },
    { signal: AbortSignal.timeout(30_000) },
  );
};

const EVERYTHING = {
  said: "resolved",
  image: {
    digest: BOTH.digest,
    platforms: [
      {
        os: "linux",
        arch: "amd64",
        digest: AMD.kit.digest,
        sizeBytes: AMD.config.text.length + LAYER.text.length,
      },
      { os: "linux", arch: "arm64", variant: "v8", digest: ARM.kit.digest },
    ],
    entrypoint: ["/bin/web"],
    cmd: ["serve"],
    user: "1000",
  },
};

test("a real registry that lets everybody in says what an index and a single image are, by tag and by digest", async () => {
  expect(await ask("acme/web:1.4")).toMatchObject(EVERYTHING);
  expect(await ask("acme/web:arm")).toMatchObject({
    image: { digest: ARM.kit.digest, platforms: [{ arch: "arm64" }] },
  });
  expect(await ask(`acme/web@${BOTH.digest}`)).toMatchObject(EVERYTHING);
  expect(await ask("acme/web:9")).toMatchObject({ said: "absent" });
  expect(await ask("acme/none:1")).toMatchObject({ said: "absent" });
  expect(await ask(`acme/web@sha256:${"0".repeat(64)}`)).toMatchObject({ said: "absent" });
});

test("a real registry with htpasswd answers a login, and without one or with a wrong one says no", async () => {
  const path = join(registry.dir, "htpasswd");
  await writeFile(path, `${LOGIN.username}:${HASH}\n`);
  await registry.reopen({ htpasswd: { realm: "tests", path } });
  expect(await ask("acme/web:1.4", LOGIN)).toMatchObject(EVERYTHING);
  expect(await ask("acme/web:1.4")).toMatchObject({ said: "denied" });
  const denied = await ask("acme/web:1.4", { ...LOGIN, password: "wrong-canary" });
  expect(denied).toMatchObject({ said: "denied", message: expect.stringContaining("bot") });
  expect(JSON.stringify(denied)).not.toContain("canary");
});

test("a real registry takes the token that its service gives for one repository and for pulling only", async () => {
  const service = await startTokenService(registry.dir, LOGIN.username, LOGIN.password);
  try {
    await registry.reopen(service.auth);
    expect(await ask("acme/web:1.4", LOGIN)).toMatchObject(EVERYTHING);
    expect(new Set(service.scopes)).toEqual(new Set(["repository:acme/web:pull"]));
    expect(await ask("acme/web:1.4", { ...LOGIN, password: "wrong" })).toMatchObject({ said: "denied" });
  } finally {
    await service.close();
  }
});

test("a registry that has just gone is out of reach", async () => {
  const gone = await startRegistry();
  const { host } = gone;
  await gone.remove();
  const resolve = imageResolver({
    fetch: registryFetch(HERE),
    reach: HERE,
    now: () => 0,
    login: async () => undefined,
  });
  const question = { project: "prj_1", reference: `${host}/acme/web:1`, fresh: false };
  expect(await resolve(question, { signal: AbortSignal.timeout(30_000) })).toEqual({
    said: "unreachable",
    message: `${host} cannot be reached (ECONNREFUSED)`,
  });
});

/** An image of one platform, whose one layer is there. */
function imageOf(arch: string) {
  const [, config] = oneImage(arch).blobs;
  if (config === undefined) throw new Error("an image has a configuration");
  const type = "application/vnd.oci.image.manifest.v1+json";
  const manifest = blob(
    {
      schemaVersion: 2,
      mediaType: type,
      config: { mediaType: config.type, digest: config.digest, size: config.text.length },
      layers: [
        {
          mediaType: "application/vnd.oci.image.layer.v1.tar",
          digest: LAYER.digest,
          size: LAYER.text.length,
        },
      ],
    },
    type,
  );
  return { config, manifest, kit: { digest: manifest.digest, blobs: [manifest, config] } };
}
