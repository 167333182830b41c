import type { IncomingMessage } from "node:http";
import { isLocalOnly, parseImageName, pullName } from "../image-name.ts";
import { EngineError } from "./dial.ts";
import type { Engine } from "./engine.ts";
import type { ImageReply } from "./replies.ts";

/** The longest a pull may take, ms. */
const PULL_MS = 600_000;
/** The most of a pull's progress that is read, bytes. */
const MAX_PROGRESS_BYTES = 64 * 1_048_576;

/** Make an image exist on the host: pulled when absent, never pulled when it is `localhost/...`. Throws with a sentence. */
export async function ensureImage(
  engine: Engine,
  image: string,
  digest: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const name = parseImageName(image);
  if (name === undefined) throw new Error(`"${image}" is not an image reference`);
  const found = await inspectOrNothing(engine, image);
  if (isLocalOnly(name)) {
    if (found === undefined)
      throw new Error(
        `image ${image} is not on this host, and localhost/ images are never pulled: load it first`,
      );
    if (digest !== undefined && !carries(found, digest))
      throw new Error(`image ${image} on this host is not ${digest}`);
    return;
  }
  if (found !== undefined) return;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PULL_MS)]);
  await finish(await engine.pull(pullName(name), limit), `pulling ${image}`, limit);
}

/** Load images from a tar (OCI layout or docker-archive) into the engine. Throws when the engine did not take it. */
export async function loadImage(engine: Pick<Engine, "load">, archive: NodeJS.ReadableStream): Promise<void> {
  await finish(await engine.load(archive), "loading an image", AbortSignal.timeout(PULL_MS));
}

async function inspectOrNothing(engine: Engine, image: string): Promise<ImageReply | undefined> {
  try {
    return await engine.inspectImage(image);
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** Read progress to its end. An error may come inside a stream that began with 200 (podman always, Docker once layers flow). */
async function finish(stream: IncomingMessage, what: string, limit: AbortSignal): Promise<void> {
  let left = MAX_PROGRESS_BYTES;
  let rest = "";
  const stop = (): void => void stream.destroy(new Error(`${what} took too long or was given up`));
  limit.addEventListener("abort", stop, { once: true });
  try {
    stream.setEncoding("utf8");
    for await (const chunk of stream as AsyncIterable<string>) {
      left -= chunk.length;
      if (left < 0) throw new Error(`${what}: the engine talks without end`);
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) refuseError(line, what);
    }
    refuseError(rest, what);
  } finally {
    limit.removeEventListener("abort", stop);
    stream.destroy();
  }
}

function refuseError(line: string, what: string): void {
  if (!line.includes('"error"')) return;
  const said: unknown = JSON.parse(line);
  if (typeof said === "object" && said !== null && "error" in said && said.error !== "") {
    throw new Error(`${what} failed: ${String(said.error)}`);
  }
}

/** An image that was loaded has no repository digest on Docker; its id is the digest of its configuration. */
const carries = (image: ImageReply, digest: string): boolean =>
  image.Id.endsWith(digest.slice("sha256:".length)) ||
  (image.RepoDigests ?? []).some((known) => known.endsWith(digest));
