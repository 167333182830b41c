import { canonicalJson, sha256Hex } from "./canonical-json.ts";
import type { Template } from "./plan.ts";
import type { FileMount, Spec } from "./spec.ts";

/** What was resolved for a plan: the image's digest, and for each secret's name the version it pins. */
export interface Resolved {
  readonly digest?: string | undefined;
  readonly secretVersions?: Readonly<Record<string, number>> | undefined;
}

/** Hex characters of a revision: 64 bits, enough within one workload and short enough to read out. */
const REVISION_CHARS = 16;

/** The part of a spec a container is made of, with secrets pinned as `name@version` where a version is known. */
export function templateOf(spec: Spec, resolved: Resolved = {}): Template {
  const pin = (secret: string): string => pinnedSecret(secret, resolved.secretVersions);
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
    route: spec.route && { port: spec.route.port, protocol: spec.route.protocol, access: spec.route.access },
    ports: spec.ports,
    health: spec.health,
    sidecars: spec.sidecars.map((sidecar) => ({ ...sidecar, secrets: mapValues(sidecar.secrets, pin) })),
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
    digest: resolved.digest,
  };
}

/** The short name of spec and digest together: 16 hex characters. Equal specs and digests give equal revisions. */
export function revisionHash(spec: Spec, digest: string | undefined): string {
  return sha256Hex(canonicalJson({ spec, digest })).slice(0, REVISION_CHARS);
}

/** A pinned reference taken apart: `db-url@3` is name `db-url`, version 3; without `@` the version is not pinned. */
export function secretReference(reference: string): {
  readonly name: string;
  readonly version?: number | undefined;
} {
  const [name = "", version] = reference.split("@", 2);
  return { name, version: version === undefined ? undefined : Number(version) };
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
