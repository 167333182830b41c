import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";

/** One file of an image: its text, or a file of this host that is copied. */
export interface ImageFile {
  readonly path: string;
  readonly mode?: number | undefined;
  readonly content?: string | undefined;
  readonly from?: string | undefined;
}

/** A link in an image, relative or absolute. */
export interface ImageLink {
  readonly path: string;
  readonly to: string;
}

/** What a layer is made of; the same content gives the same bytes, whenever and wherever it is built. */
export interface LayerContent {
  readonly files: readonly ImageFile[];
  readonly links?: readonly ImageLink[] | undefined;
}

/** Digest (`sha256:...`) and length of the uncompressed layer, bytes. */
export interface LayerSummary {
  readonly digest: string;
  readonly size: number;
}

/** The layer as a tar stream. It is written anew for each call, so a large layer never has to sit in memory. */
export function layerTar(content: LayerContent): Readable {
  const tar = pack();
  write(tar, content).catch((error: unknown) =>
    tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(tar, { objectMode: false });
}

/** What the layer's tar will be, found by writing it once to nowhere. */
export async function summariseLayer(content: LayerContent): Promise<LayerSummary> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of layerTar(content) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}

type Tar = ReturnType<typeof pack>;

async function write(tar: Tar, { files, links = [] }: LayerContent): Promise<void> {
  for (const name of directories([...files, ...links])) {
    tar.entry({ name: `${name}/`, type: "directory", mode: name === "tmp" ? 0o1777 : 0o755, mtime: EPOCH });
  }
  for (const link of byPath(links))
    tar.entry({ name: inside(link.path), type: "symlink", linkname: link.to, mtime: EPOCH });
  for (const file of byPath(files)) await writeFile(tar, file);
  tar.finalize();
}

async function writeFile(tar: Tar, file: ImageFile): Promise<void> {
  const header = { name: inside(file.path), mode: file.mode ?? 0o644, mtime: EPOCH };
  if (file.from === undefined) {
    tar.entry(header, Buffer.from(file.content ?? "", "utf8"));
    return;
  }
  const { size } = await stat(file.from);
  await pipeline(createReadStream(file.from), tar.entry({ ...header, size }));
}

/** Every folder above the entries, and `/tmp`; parents first. */
function directories(entries: readonly { readonly path: string }[]): readonly string[] {
  const found = new Set<string>(["tmp"]);
  for (const { path } of entries) {
    const steps = inside(path).split("/").slice(0, -1);
    steps.forEach((_, index) => found.add(steps.slice(0, index + 1).join("/")));
  }
  return [...found].sort();
}

const byPath = <T extends { readonly path: string }>(entries: readonly T[]): readonly T[] =>
  [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));

const inside = (path: string): string => path.replace(/^\/+/, "");
const EPOCH = new Date(0);
