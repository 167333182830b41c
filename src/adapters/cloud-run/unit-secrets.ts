import { dirname, basename } from "node:path/posix";
import { AdapterError } from "../../domain/fault.ts";
import type { Template } from "../../domain/plan.ts";
import { secretReference } from "../../domain/template.ts";

/** One secret to be made in Secret Manager for a unit (or a try), and what goes into each of its versions, in order. */
export interface PlannedSecret {
  /** `berth-<resource>_<what>_v<version>`: nothing else uses it, so it goes with the resource it was made for. */
  readonly id: string;
  readonly versions: readonly SecretSource[];
}

/** A reference to one of Berth's secrets, or a file's own text. */
export type SecretSource = { readonly reference: string } | { readonly content: string };

/** A secret that a container reads as an environment variable. */
export interface SecretVariable {
  readonly secret: string;
  readonly version: string;
}

/** A directory that is filled from one secret: Cloud Run mounts one secret at a path, so each file is a version of it. */
export interface SecretDirectory {
  readonly path: string;
  readonly secret: string;
  readonly files: readonly { readonly name: string; readonly version: string }[];
}

export interface SecretPlan {
  readonly secrets: readonly PlannedSecret[];
  /** Reference -> where its value is. */
  readonly variables: Readonly<Record<string, SecretVariable>>;
  readonly directories: readonly SecretDirectory[];
}

/** With what the name of each secret begins: the grants of the trust documents are for such names alone. */
export const SECRET_PREFIX = "berth-";

/**
 * Every secret a resource needs at Google. Pure; throws `AdapterError` "invalid" for a file in the root directory, and for files where a
 * volume is.
 */
export function planSecrets(resource: string, template: Template): SecretPlan {
  const references = [template, ...template.sidecars].flatMap(({ secrets }) => Object.values(secrets));
  const variables = [...new Set(references)].map((reference) => {
    const { name, version = 0 } = secretReference(reference);
    return { reference, id: `${SECRET_PREFIX}${resource}_var_${name}_v${version}` };
  });
  const directories = directoriesOf(template).map(([path, files], index) => {
    const versions = files.map(({ secret }) =>
      secret === undefined ? 0 : (secretReference(secret).version ?? 0),
    );
    // The versions of the secrets in it, in order; 0 stands for a file with its own content.
    const id = `${SECRET_PREFIX}${resource}_dir${index}_v${versions.join("_")}`.slice(0, MOST_ID_CHARS);
    return { path, id, files };
  });
  return {
    secrets: [
      ...variables.map(({ reference, id }) => ({ id, versions: [{ reference }] })),
      ...directories.map(({ id, files }) => ({
        id,
        versions: files.map(({ secret, content = "" }) =>
          secret === undefined ? { content } : { reference: secret },
        ),
      })),
    ],
    variables: Object.fromEntries(
      variables.map(({ reference, id }) => [reference, { secret: id, version: "1" }]),
    ),
    directories: directories.map(({ path, id, files }) => ({
      path,
      secret: id,
      files: files.map((file, index) => ({ name: basename(file.path), version: String(index + 1) })),
    })),
  };
}

// cloud.google.com/secret-manager/docs/reference, secretId.
const MOST_ID_CHARS = 255;

function directoriesOf({ files, volumes }: Template): readonly (readonly [string, Template["files"]])[] {
  const byPath = new Map<string, Template["files"][number][]>();
  for (const file of files) {
    const path = dirname(file.path);
    if (path === "/")
      throw new AdapterError(
        "invalid",
        `Cloud Run fills whole directories and cannot fill the root one: put ${file.path} into a directory of its own.`,
      );
    const volume = volumes.find((one) => one.path === path);
    if (volume !== undefined)
      throw new AdapterError(
        "invalid",
        `Cloud Run mounts one thing at a path: put ${file.path} into another directory than the volume ${volume.name}.`,
      );
    byPath.set(path, [...(byPath.get(path) ?? []), file]);
  }
  return [...byPath];
}
