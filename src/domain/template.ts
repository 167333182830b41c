import { canonicalJson, sha256Hex } from "./canonical-json.ts";
import { pinnedImage } from "./image.ts";
import type { Template, TemplateSidecar } from "./plan.ts";
import type { ResolvedImage } from "./resolved-image.ts";
import type { FileMount, RouteSpec, Sidecar, Spec } from "./spec.ts";

/** What was resolved for a plan: its images, and for each secret's name the version it pins. */
export interface Resolved {
  readonly images?: readonly ResolvedImage[] | undefined;
  readonly secretVersions?: Readonly<Record<string, number>> | undefined;
}

/** Hex characters of a revision: 64 bits, enough within one workload and short enough to read out. */
const REVISION_CHARS = 16;

/** The part of a spec a container is made of, with secrets pinned as `name@version` where a version is known. */
export function templateOf(spec: Spec, resolved: Resolved = {}): Template {
  const pin = (secret: string): string => pinnedSecret(secret, resolved.secretVersions);
  const { images = [] } = resolved;
  const main = imageOf(images, spec.image);
  return {
    name: spec.name,
    kind: spec.kind,
    image: spec.image,
    entrypoint: spec.entrypoint,
    args: spec.args,
    env: spec.env,
    secrets: mapValues(spec.secrets, pin),
    files: spec.files.map((file) => pinnedFile(file, pin)),
    resources: spec.resources,
    route: spec.route && templateRoute(spec.route),
    concurrency: spec.route && spec.scale.concurrency,
    ports: spec.ports,
    health: spec.health,
    sidecars: spec.sidecars.map((sidecar) => ({
      ...pinnedSidecar(sidecar, imageOf(images, sidecar.image)),
      secrets: mapValues(sidecar.secrets, pin),
    })),
    volumes: spec.volumes,
    user: spec.user,
    workingDir: spec.workingDir,
    stopGraceSeconds: spec.stopGraceSeconds,
    singleton: spec.singleton,
    unreachable: spec.unreachable,
    labels: spec.labels,
    "x-ecs": spec["x-ecs"],
    "x-aci": spec["x-aci"],
    "x-cloud-run": spec["x-cloud-run"],
    digest: main?.digest,
    imageEntrypoint: main?.entrypoint,
  };
}

/** The short name of spec and digests together: 16 hex characters. Equal specs and digests give equal revisions. */
export function revisionHash(spec: Spec, images: readonly ResolvedImage[]): string {
  const digest = imageOf(images, spec.image)?.digest;
  const beside = spec.sidecars.map(({ image }) => imageOf(images, image)?.digest);
  const sidecars = beside.some((known) => known !== undefined) ? beside : undefined;
  return sha256Hex(canonicalJson({ spec, digest, sidecars })).slice(0, REVISION_CHARS);
}

/** What an image of a spec was resolved to. */
export function imageOf(images: readonly ResolvedImage[], reference: string): ResolvedImage | undefined {
  return images.find((image) => image.reference === reference);
}

/** A pinned reference taken apart: `db-url@3` is name `db-url`, version 3; without `@` the version is not pinned. */
export function secretReference(reference: string): {
  readonly name: string;
  readonly version?: number | undefined;
} {
  const [name = "", version] = reference.split("@", 2);
  return { name, version: version === undefined ? undefined : Number(version) };
}

function templateRoute({ port, protocol, access, sticky }: RouteSpec): Template["route"] {
  return { port, protocol, access, ...(sticky ? { sticky } : {}) };
}

function pinnedSidecar(sidecar: Sidecar, image: ResolvedImage | undefined): TemplateSidecar {
  if (image === undefined) return sidecar;
  const pinned = { ...sidecar, image: pinnedImage(sidecar.image, image.digest) };
  return image.entrypoint === undefined ? pinned : { ...pinned, imageEntrypoint: image.entrypoint };
}

function pinnedSecret(secret: string, versions: Resolved["secretVersions"]): string {
  // Own keys only: a secret may be called `constructor`, and its version must not come from Object.prototype.
  const version = versions !== undefined && Object.hasOwn(versions, secret) ? versions[secret] : undefined;
  return version === undefined ? secret : `${secret}@${version}`;
}

function pinnedFile(file: FileMount, pin: (secret: string) => string): FileMount {
  return file.secret === undefined ? file : { ...file, secret: pin(file.secret) };
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
