import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { Template } from "../../domain/plan.ts";

/**
 * What a container gets before it starts: its files, and its scratch volumes opened to any user. Undefined when there is nothing. A file
 * that holds a secret is `owner`'s alone; without a known owner whatever runs in the container must be able to read it.
 */
export async function filesArchive(
  template: Pick<Template, "files" | "volumes">,
  owner: number | undefined,
): Promise<Buffer | undefined> {
  if (template.files.length === 0 && template.volumes.length === 0) return undefined;
  const tar = pack();
  for (const volume of template.volumes) {
    // A fresh volume belongs to root; an image that runs as another user could not write to it.
    tar.entry({ name: `${inside(volume.path)}/`, type: "directory", mode: 0o777, mtime: EPOCH });
  }
  for (const file of template.files) {
    const access = file.secret === undefined ? OPEN : secretAccess(owner);
    tar.entry({ name: inside(file.path), mtime: EPOCH, ...access }, Buffer.from(file.content ?? "", "utf8"));
  }
  tar.finalize();
  return await buffer(Readable.from(tar));
}

const EPOCH = new Date(0);
const OPEN = { mode: 0o644 };
const secretAccess = (owner: number | undefined) =>
  owner === undefined ? { mode: 0o444 } : { mode: 0o400, uid: owner };

/** A path of the container as a tar name; a step upwards is no path of a spec. */
function inside(path: string): string {
  if (!path.startsWith("/") || path.split("/").includes(".."))
    throw new Error(`"${path}" is not an absolute path without ..`);
  return path.replace(/^\/+|\/+$/g, "");
}
