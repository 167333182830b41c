/** An image reference taken apart, by the grammar of github.com/distribution/reference. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** distribution/reference, NameTotalLengthMax. */
const MAX_NAME_CHARS = 255;
/** Name, tag (128) and the longest digest (sha512) with their marks. */
export const MAX_IMAGE_CHARS = MAX_NAME_CHARS + 1 + 128 + 1 + "sha512:".length + 128;

/** What a reference without a registry means, and the name its users know it by. */
const DEFAULT_REGISTRY = "docker.io";
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const REGISTRY =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?){0,63}(?::\d{1,5})?$/;

/** The parts of an image reference, or the sentence that says what is wrong with it. */
export function parseImage(reference: string): ImageReference | string {
  if (reference.length === 0) return "an image is needed, such as ghcr.io/acme/web:1.4";
  if (reference.length > MAX_IMAGE_CHARS)
    return `an image reference has at most ${MAX_IMAGE_CHARS} characters`;
  if (reference.includes("://")) return "write the image without a scheme, such as ghcr.io/acme/web:1.4";
  const [nameAndTag = "", digest, ...more] = reference.split("@");
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) {
    return "the digest must be sha256: and 64 lower-case hex digits, or sha512: and 128";
  }
  return withName(nameAndTag, digest);
}

/** The registry host an image comes from; `docker.io` when the reference names none. */
export function registryOf(image: string): string {
  const parsed = parseImage(image);
  return typeof parsed === "string" ? DEFAULT_REGISTRY : parsed.registry;
}

/**
 * The tag an engine pulls by: `latest` where neither tag nor digest is written (distribution/reference, TagNameOnly), empty where a
 * digest alone says which image is meant.
 */
export function tagPulled({ tag, digest }: Pick<ImageReference, "tag" | "digest">): string {
  return tag ?? (digest === undefined ? "latest" : "");
}

/** The reference with its digest in place of its tag, so that it can mean one image only: `ghcr.io/acme/web@sha256:...`. */
export function pinnedImage(reference: string, digest: string): string {
  const [named = ""] = reference.split("@");
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  return `${colon === -1 ? named : named.slice(0, colon)}@${digest}`;
}

/** Whether an image may only come from what was loaded on a host by hand: `localhost/...` has no registry. */
export function isLocalImage(reference: string): boolean {
  return registryOf(reference) === "localhost";
}

function withName(nameAndTag: string, digest: string | undefined): ImageReference | string {
  const colon = nameAndTag.indexOf(":", nameAndTag.lastIndexOf("/") + 1);
  const name = colon === -1 ? nameAndTag : nameAndTag.slice(0, colon);
  const tag = colon === -1 ? undefined : nameAndTag.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return "the tag must be 1 to 128 letters, digits, _, . or -";
  if (name.length > MAX_NAME_CHARS)
    return `the image's name has at most ${MAX_NAME_CHARS} characters before its tag`;
  const { registry, repository } = splitRegistry(name);
  if (!REGISTRY.test(registry))
    return "the registry must be a host name such as ghcr.io, with a port if it needs one";
  if (!repository.split("/").every((part) => PATH_COMPONENT.test(part))) {
    return "the image's name may hold lower-case letters, digits and single . _ - between them, in parts divided by /";
  }
  return { registry, repository, tag, digest };
}

// The first part is a host when it looks like one (distribution/reference, splitDockerDomain).
function splitRegistry(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isHost =
    first.includes(".") || first.includes(":") || first === "localhost" || first !== first.toLowerCase();
  if (slash === -1) return { registry: DEFAULT_REGISTRY, repository: `library/${name}` };
  if (!isHost) return { registry: DEFAULT_REGISTRY, repository: name };
  const registry = first === "index.docker.io" ? DEFAULT_REGISTRY : first.toLowerCase();
  const rest = name.slice(slash + 1);
  return {
    registry,
    repository: registry === DEFAULT_REGISTRY && !rest.includes("/") ? `library/${rest}` : rest,
  };
}
