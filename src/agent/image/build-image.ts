import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { layerTar, summariseLayer } from "./layer.ts";
import type { LayerContent, LayerSummary } from "./layer.ts";

/** An image to write: a name under `localhost/`, one layer, and how it starts. */
export interface ImageRecipe extends LayerContent {
  readonly name: string;
  readonly arch: "amd64" | "arm64";
  readonly entrypoint: readonly string[];
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly workingDir?: string | undefined;
  readonly user?: string | undefined;
}

/** An image ready to be loaded: its id (digest of its configuration) and the tar. */
export interface BuiltImage {
  readonly id: string;
  /** OCI image layout (image-spec 1.0, image-layout.md) and docker-archive in one, so that every engine loads it. */
  tar(): Readable;
}

/** Write an image without an engine, a registry or a build. The same recipe and host files give the same bytes. */
export async function buildImage(recipe: ImageRecipe): Promise<BuiltImage> {
  const layer = await summariseLayer(recipe);
  const config = json(configOf(recipe, layer));
  const manifest = json(manifestOf(config, layer));
  return {
    id: config.digest,
    tar() {
      const tar = pack();
      write(tar, recipe, layer, config, manifest).catch((error: unknown) =>
        tar.destroy(error instanceof Error ? error : new Error(String(error))),
      );
      return Readable.from(tar, { objectMode: false });
    },
  };
}

interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

function configOf(recipe: ImageRecipe, layer: LayerSummary): object {
  return {
    architecture: recipe.arch,
    os: "linux",
    created: CREATED,
    config: {
      Entrypoint: recipe.entrypoint,
      ...(recipe.args === undefined ? {} : { Cmd: recipe.args }),
      Env: Object.entries({ PATH: "/usr/bin:/bin", ...recipe.env }).map(([key, value]) => `${key}=${value}`),
      ...(recipe.workingDir === undefined ? {} : { WorkingDir: recipe.workingDir }),
      ...(recipe.user === undefined ? {} : { User: recipe.user }),
    },
    rootfs: { type: "layers", diff_ids: [layer.digest] },
    history: [{ created: CREATED, created_by: "berth" }],
  };
}

function manifestOf(config: Blob, layer: LayerSummary): object {
  return {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: config.digest,
      size: config.bytes.length,
    },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: layer.digest, size: layer.size }],
  };
}

async function write(
  tar: ReturnType<typeof pack>,
  recipe: ImageRecipe,
  layer: LayerSummary,
  config: Blob,
  manifest: Blob,
): Promise<void> {
  const entry = (name: string, content: Buffer | string): void =>
    void tar.entry({ name, mode: 0o644, mtime: EPOCH }, content);
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        digest: manifest.digest,
        size: manifest.bytes.length,
        annotations: {
          "io.containerd.image.name": recipe.name,
          "org.opencontainers.image.ref.name": recipe.name,
        },
      },
    ],
  };
  entry("oci-layout", '{"imageLayoutVersion":"1.0.0"}');
  entry("index.json", JSON.stringify(index));
  entry(
    "manifest.json",
    JSON.stringify([
      { Config: blobPath(config.digest), RepoTags: [recipe.name], Layers: [blobPath(layer.digest)] },
    ]),
  );
  entry(blobPath(config.digest), config.bytes);
  entry(blobPath(manifest.digest), manifest.bytes);
  const body = tar.entry({ name: blobPath(layer.digest), mode: 0o644, mtime: EPOCH, size: layer.size });
  await pipeline(layerTar(recipe), body);
  tar.finalize();
}

function json(value: object): Blob {
  const bytes = Buffer.from(JSON.stringify(value), "utf8");
  return { bytes, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}` };
}

const blobPath = (digest: string): string => `blobs/sha256/${digest.slice("sha256:".length)}`;
const CREATED = "1970-01-01T00:00:00Z";
const EPOCH = new Date(0);
