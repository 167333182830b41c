import { z } from "zod";

/** A manifest may be as large as registries must take it (OCI distribution specification 1.1, "Pushing Manifests"). */
export const MAX_MANIFEST_BYTES = 4 * 1_048_576;
/** Configurations hold a line of history for each layer; none is near this. */
export const MAX_CONFIG_BYTES = 4 * 1_048_576;
/** More entries than any image is built for. */
const MAX_ENTRIES = 256;
const MAX_LAYERS = 1_024;

const INDEX_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const MANIFEST_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const CONFIG_TYPES = [
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
];

/** What can be read: indexes and manifests, OCI's and Docker's. */
export const ACCEPT_MANIFEST = [...INDEX_TYPES, ...MANIFEST_TYPES].join(", ");
export const ACCEPT_CONFIG = [...CONFIG_TYPES, "application/octet-stream"].join(", ");

const Digest = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/);
const Size = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const Word = z.string().max(128);
const Descriptor = z.object({ mediaType: z.string().optional(), digest: Digest, size: Size });

/** An image index: a manifest for each platform. */
const Index = z.object({
  manifests: z
    .array(
      Descriptor.extend({
        platform: z.object({ os: Word, architecture: Word, variant: Word.optional() }).optional(),
      }),
    )
    .max(MAX_ENTRIES),
});

/** The manifest of one platform. */
const Manifest = z.object({ config: Descriptor, layers: z.array(z.object({ size: Size })).max(MAX_LAYERS) });

const Words = z.array(z.string()).nullish();
/** The part of an image's configuration that is looked at. */
const Config = z.object({
  os: Word.optional(),
  architecture: Word.optional(),
  variant: Word.optional(),
  config: z.object({ Entrypoint: Words, Cmd: Words, User: z.string().nullish() }).nullish(),
});

export type ImageIndex = z.infer<typeof Index>;
export type ImageManifest = z.infer<typeof Manifest>;
export type ImageConfig = z.infer<typeof Config>;

/** An index or a manifest by what it holds, for media types are often left out; undefined for what is neither. */
export function parseManifest(
  document: unknown,
):
  | { readonly kind: "index"; readonly index: ImageIndex }
  | { readonly kind: "manifest"; readonly manifest: ImageManifest }
  | undefined {
  const index = Index.safeParse(document);
  if (index.success) return { kind: "index", index: index.data };
  const manifest = Manifest.safeParse(document);
  return manifest.success ? { kind: "manifest", manifest: manifest.data } : undefined;
}

/** An image's configuration; undefined for what is none. */
export function parseConfig(document: unknown): ImageConfig | undefined {
  return Config.safeParse(document).data;
}

/** Whether a manifest's configuration is a container image's; charts and signatures lie in registries, too. */
export function isImageConfig(mediaType: string | undefined): boolean {
  return mediaType === undefined || CONFIG_TYPES.includes(mediaType);
}
