import { buffer } from "node:stream/consumers";
import { extract } from "tar-stream";
import { expect, test } from "vitest";
import { buildImage } from "../../src/agent/image/build-image.ts";
import { isStatic } from "../../src/agent/image/elf.ts";
import { nodeImage } from "../../src/agent/image/node-image.ts";

const recipe = {
  name: "localhost/small:1",
  arch: "amd64" as const,
  files: [
    { path: "/etc/app/app.yaml", content: "a: 1\n" },
    { path: "/bin/run", content: "#!/bin/sh\n", mode: 0o755 },
  ],
  links: [{ path: "/bin/again", to: "run" }],
  entrypoint: ["/bin/run"],
  env: { A: "b" },
};

test("the same recipe gives the same bytes, whatever the order of its files", async () => {
  const image = await buildImage(recipe);
  const again = await buildImage({ ...recipe, files: recipe.files.toReversed() });
  expect(again.id).toBe(image.id);
  expect((await buffer(again.tar())).equals(await buffer(image.tar()))).toBe(true);
});

test("one tar is an OCI layout and a docker-archive, and every digest in it is there", async () => {
  const entries = await read(await buffer((await buildImage(recipe)).tar()));
  expect(entries.get("oci-layout")?.toString()).toContain("1.0.0");
  const [archive] = JSON.parse(entries.get("manifest.json")?.toString() ?? "[]");
  expect(archive.RepoTags).toEqual(["localhost/small:1"]);
  for (const path of [archive.Config, ...archive.Layers]) expect(entries.has(path)).toBe(true);
  const index = JSON.parse(entries.get("index.json")?.toString() ?? "{}");
  const manifest = entries.get(`blobs/sha256/${index.manifests[0].digest.slice(7)}`);
  expect(manifest?.length).toBe(index.manifests[0].size);
  const layer = await read(entries.get(archive.Layers[0]) ?? Buffer.alloc(0));
  expect([...layer.keys()]).toEqual([
    "bin/",
    "etc/",
    "etc/app/",
    "tmp/",
    "bin/again",
    "bin/run",
    "etc/app/app.yaml",
  ]);
});

test("an image of the running Node carries it, its libraries and the script, and is the same twice", async () => {
  const script = new URL("../../src/agent/image/hello.ts", import.meta.url).pathname;
  const first = await nodeImage({ name: "localhost/hello:v1", script });
  const second = await nodeImage({ name: "localhost/hello:v1", script });
  const other = await nodeImage({ name: "localhost/hello:v1", script, env: { HELLO_VERSION: "v2" } });
  expect(second.id).toBe(first.id);
  expect(other.id).not.toBe(first.id);
}, 60_000);

test("a program that needs a loader is told from one that does not", async () => {
  expect(await isStatic(process.execPath)).toBe(false);
  expect(await isStatic(new URL(import.meta.url).pathname)).toBe(false);
});

async function read(tar: Buffer): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    entries.set(entry.header.name, Buffer.concat(chunks));
  }
  return entries;
}
