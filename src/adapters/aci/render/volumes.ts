import type { Template } from "../../../domain/plan.ts";
import type { FileMount } from "../../../domain/spec.ts";
import type { ArmContainer, ArmGroup } from "../arm.ts";
import { volumeName } from "../../volume-name.ts";
import { secretMark } from "./reference.ts";

type Volumes = NonNullable<ArmGroup["properties"]["volumes"]>;
type Mounts = NonNullable<ArmContainer["properties"]["volumeMounts"]>;

/**
 * The group's volumes and where the main container has them: an emptyDir for each scratch volume, and for each folder with files a secret
 * volume, which Azure holds in memory and never shows again.
 */
export function volumesOf({ volumes, files }: Template): {
  readonly volumes: Volumes;
  readonly mounts: Mounts;
} {
  const folders = [...byFolder(files)].map(([folder, inside], index) => ({
    name: `files-${index}`,
    folder,
    inside,
  }));
  return {
    volumes: [
      ...volumes.map(({ name }) => ({ name: volumeName(name), emptyDir: {} })),
      ...folders.map(({ name, inside }) => ({ name, secret: Object.fromEntries(inside.map(entryOf)) })),
    ],
    mounts: [
      ...volumes.map(({ name, path }) => ({ name: volumeName(name), mountPath: path })),
      ...folders.map(({ name, folder }) => ({ name, mountPath: folder, readOnly: true })),
    ],
  };
}

/** Files by the folder they lie in: Azure mounts folders. */
export function byFolder(files: readonly FileMount[]): ReadonlyMap<string, readonly FileMount[]> {
  const folders = new Map<string, FileMount[]>();
  for (const file of files) {
    const folder = file.path.slice(0, Math.max(1, file.path.lastIndexOf("/")));
    const inside = folders.get(folder);
    if (inside === undefined) folders.set(folder, [file]);
    else inside.push(file);
  }
  return folders;
}

/** The file's name within its folder. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

// The values of a secret volume are base64 (Microsoft, "Mount a secret volume").
const entryOf = ({ path, content = "", secret }: FileMount): readonly [string, string] => [
  fileName(path),
  secret === undefined ? Buffer.from(content, "utf8").toString("base64") : secretMark(secret),
];
