/** An image reference in its parts. Names without a registry are Docker Hub's, as every engine reads them. */
export interface ImageName {
  readonly registry: string;
  /** Registry and repository, without tag or digest. */
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string | undefined;
}

/** The parts of `image`; undefined when it is no image reference (OCI distribution specification, "Pulling manifests"). */
export function parseImageName(image: string): ImageName | undefined {
  const [named = "", digest, ...rest] = image.split("@");
  if (rest.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const slash = named.lastIndexOf("/");
  const colon = named.lastIndexOf(":");
  const tagged = colon > slash;
  const path = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : "latest";
  if (!TAG.test(tag) || path.length > MAX_LENGTH) return undefined;
  const [first = "", ...others] = path.split("/");
  const hasRegistry = others.length > 0 && (/[.:]/.test(first) || first === LOCAL_REGISTRY);
  const registry = hasRegistry ? first : "docker.io";
  const segments = hasRegistry ? others : path.split("/");
  if (!HOST.test(registry) || !segments.every((segment) => SEGMENT.test(segment))) return undefined;
  const official = registry === "docker.io" && segments.length === 1 ? ["library"] : [];
  return { registry, repository: [registry, ...official, ...segments].join("/"), tag, digest };
}

/** What to hand the engine: the exact digest when one is known, else the tag. */
export function pullName(name: ImageName): string {
  return name.digest === undefined ? `${name.repository}:${name.tag}` : `${name.repository}@${name.digest}`;
}

/** Whether an image may only come from what was loaded on the host by hand: `localhost/...` has no registry. */
export function isLocalOnly(name: ImageName): boolean {
  return name.registry === LOCAL_REGISTRY;
}

/** Whether `allowed` (`*`, a registry, or a registry with a path, cut at whole segments) covers the image. */
export function coveredBy(name: ImageName, allowed: string): boolean {
  return allowed === "*" || name.repository === allowed || name.repository.startsWith(`${allowed}/`);
}

const LOCAL_REGISTRY = "localhost";
const MAX_LENGTH = 255;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const HOST = /^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,252}[a-zA-Z0-9])?(:\d{1,5})?$/;
const SEGMENT = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
