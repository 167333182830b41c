import type { ImagePlatform, ResolvedImage } from "../domain/resolved-image.ts";
import { isDigestOf } from "./digest.ts";
import {
  ACCEPT_CONFIG,
  ACCEPT_MANIFEST,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  isImageConfig,
  MAX_CONFIG_BYTES,
  MAX_MANIFEST_BYTES,
  parseConfig,
  parseManifest,
} from "./documents.ts";
import { readBody } from "./read-body.ts";
import type { Repository } from "./registry.ts";
import { jsonOf } from "./json-of.ts";
import { RegistryTrouble } from "./trouble.ts";

/** What an image is, apart from how it was asked for. `isWhole`: everything about it was read. */
export interface Inspected extends Pick<ResolvedImage, "platforms" | "entrypoint" | "cmd" | "user"> {
  readonly isWhole: boolean;
}

/** Words of an entrypoint or a command that are kept, characters; no image that people wrote has more. */
const MAX_PROCESS_CHARACTERS = 16_384;
/** Platforms that are kept of an index. */
const MAX_PLATFORMS = 32;
/** What Berth places: of these the sizes are read, and of the first there is the configuration. */
const RUNNABLE = ["amd64", "arm64"];

/** The bytes of a manifest under its digest. Throws `unreachable` when they are others. */
export async function readManifest(repository: Repository, digest: string): Promise<Uint8Array> {
  const response = await repository.ask("GET", `manifests/${digest}`, ACCEPT_MANIFEST);
  return verified(await readBody(response, MAX_MANIFEST_BYTES, `the manifest ${digest}`), digest, repository);
}

/** What the image of a manifest is. What cannot be read of its parts is left out; a manifest that is no image's is `absent`. */
export async function inspect(repository: Repository, digest: string, bytes: Uint8Array): Promise<Inspected> {
  const parsed = parseManifest(jsonOf(bytes));
  if (parsed === undefined)
    throw new RegistryTrouble(
      "unreachable",
      `${repository.name}@${digest} is no manifest that Berth can read`,
    );
  return parsed.kind === "index"
    ? inspectIndex(repository, parsed.index)
    : inspectOne(repository, digest, parsed.manifest);
}

async function inspectIndex(repository: Repository, { manifests }: ImageIndex): Promise<Inspected> {
  const platforms = manifests.flatMap(({ platform, digest }): readonly ImagePlatform[] =>
    platform === undefined || platform.os === "unknown"
      ? []
      : [{ os: platform.os, arch: platform.architecture, ...variantOf(platform.variant), digest }],
  );
  const wanted = RUNNABLE.flatMap(
    (arch) => platforms.find((platform) => platform.os === "linux" && platform.arch === arch) ?? [],
  );
  const read = await Promise.all(wanted.map(async ({ digest }) => readPart(() => one(repository, digest))));
  const sizes = new Map(wanted.map(({ digest }, index) => [digest, read[index]]));
  const first = read.find((manifest) => manifest !== undefined);
  const config = first && (await readPart(() => configOf(repository, first)));
  return {
    platforms: platforms.slice(0, MAX_PLATFORMS).map((platform) => {
      const manifest = sizes.get(platform.digest);
      return manifest === undefined ? platform : { ...platform, sizeBytes: sizeOf(manifest) };
    }),
    ...processOf(config),
    isWhole: !read.includes(undefined) && (first === undefined || config !== undefined),
  };
}

async function inspectOne(
  repository: Repository,
  digest: string,
  manifest: ImageManifest,
): Promise<Inspected> {
  if (!isImageConfig(manifest.config.mediaType))
    throw new RegistryTrouble("absent", `${repository.name}@${digest} is no container image`);
  const config = await readPart(() => configOf(repository, manifest));
  const { os = "linux", architecture: arch, variant } = config ?? {};
  const platform = arch && { os, arch, ...variantOf(variant), digest, sizeBytes: sizeOf(manifest) };
  return { platforms: platform ? [platform] : [], ...processOf(config), isWhole: config !== undefined };
}

async function one(repository: Repository, digest: string): Promise<ImageManifest> {
  const parsed = parseManifest(jsonOf(await readManifest(repository, digest)));
  if (parsed?.kind !== "manifest")
    throw new RegistryTrouble("unreachable", `${digest} of ${repository.name} is no manifest`);
  return parsed.manifest;
}

async function configOf(repository: Repository, { config }: ImageManifest): Promise<ImageConfig> {
  const response = await repository.ask("GET", `blobs/${config.digest}`, ACCEPT_CONFIG);
  const bytes = await readBody(response, MAX_CONFIG_BYTES, `the configuration ${config.digest}`);
  const parsed = parseConfig(jsonOf(verified(bytes, config.digest, repository)));
  if (parsed === undefined)
    throw new RegistryTrouble("unreachable", `the configuration of ${repository.name} cannot be read`);
  return parsed;
}

function verified(bytes: Uint8Array, digest: string, { name }: Repository): Uint8Array {
  if (isDigestOf(digest, bytes)) return bytes;
  throw new RegistryTrouble("unreachable", `${name} gives other bytes than ${digest} names`);
}

// The digest is known by now: what else there is to know may be missing without harm, and says so by its absence.
async function readPart<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RegistryTrouble) return undefined;
    throw error;
  }
}

function processOf(config: ImageConfig | undefined): Pick<Inspected, "entrypoint" | "cmd" | "user"> {
  if (config === undefined) return {};
  const { Entrypoint: entrypoint, Cmd: cmd, User: user } = config.config ?? {};
  const said = { entrypoint: entrypoint ?? [], cmd: cmd ?? [], ...(user ? { user } : {}) };
  return JSON.stringify(said).length > MAX_PROCESS_CHARACTERS ? {} : said;
}

const sizeOf = ({ config, layers }: ImageManifest): number =>
  layers.reduce((sum, { size }) => sum + size, config.size);

const variantOf = (variant: string | undefined) => (variant === undefined ? {} : { variant });
