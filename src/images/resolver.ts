import { type ImageReference, parseImage } from "../domain/image.ts";
import type { ImageAnswer, ResolvedImage, ResolveImage } from "../domain/resolved-image.ts";
import { digestOf, isDigest } from "./digest.ts";
import { ACCEPT_MANIFEST, MAX_MANIFEST_BYTES } from "./documents.ts";
import { inspect, type Inspected, readManifest } from "./inspect.ts";
import { keep, type Kept } from "./kept-answers.ts";
import type { ImagePorts } from "./ports.ts";
import { discard, readBody } from "./read-body.ts";
import { openRepository, type Repository } from "./registry.ts";
import { RegistryTrouble } from "./trouble.ts";

/** How long an answer stands, so that a plan and the deploy of it agree, ms. */
const ANSWER_MS = 30_000;
const MAX_ANSWERS = 1_000;
/** What a digest names never changes; a day keeps what nobody deploys any more from staying. */
const CONTENT_MS = 24 * 3_600_000;
const MAX_CONTENTS = 500;

/**
 * Asks registries over the OCI distribution API. To be made once in a process, for it remembers answers: a tag's for 30 s for the project
 * that asked, and what is behind a digest for a day. Only images are remembered, never a refusal.
 */
export function imageResolver(ports: ImagePorts): ResolveImage {
  const answers = keep<ResolvedImage>(ports.now, { most: MAX_ANSWERS, forMs: ANSWER_MS });
  const contents = keep<Inspected>(ports.now, { most: MAX_CONTENTS, forMs: CONTENT_MS });
  return async ({ project, reference, fresh }, { signal }): Promise<ImageAnswer> => {
    const key = `${project} ${reference}`;
    const known = fresh ? undefined : answers.get(key);
    if (known !== undefined) return { said: "resolved", image: known };
    const parts = parseImage(reference);
    if (typeof parts === "string") return { said: "absent", message: parts };
    try {
      const login = await ports.login(project, parts.registry);
      const { registry: host, repository } = parts;
      const opened = openRepository(ports, { host, repository, login, signal });
      const image = await resolve(opened, project, { ...parts, reference }, contents);
      answers.set(key, image);
      return { said: "resolved", image };
    } catch (error) {
      if (error instanceof RegistryTrouble) return { said: error.kind, message: error.message };
      if (signal.aborted) return { said: "unreachable", message: `${parts.registry} did not answer in time` };
      throw error;
    }
  };
}

async function resolve(
  repository: Repository,
  project: string,
  { reference, tag = "latest", digest }: ImageReference & { readonly reference: string },
  contents: Kept<Inspected>,
): Promise<ResolvedImage> {
  const named = digest === undefined ? await ofTag(repository, tag) : { digest };
  // By project: who may not read an image must not be told what is in it.
  const key = `${project} ${repository.name}@${named.digest}`;
  const known = contents.get(key);
  // What is remembered may have been deleted there, or be no longer this project's to read; of a tag this has just been asked.
  if (known !== undefined && digest !== undefined) await confirm(repository, digest);
  const { isWhole, ...content } =
    known ??
    (await inspect(repository, named.digest, named.bytes ?? (await readManifest(repository, named.digest))));
  if (known === undefined && isWhole) contents.set(key, { ...content, isWhole });
  return { reference, digest: named.digest, ...content };
}

async function confirm(repository: Repository, digest: string): Promise<void> {
  await discard(await repository.ask("HEAD", `manifests/${digest}`, ACCEPT_MANIFEST));
}

/**
 * What a tag names now. HEAD, for registries count a GET as a pull; where the registry knows only GET, and where HEAD does not say the
 * digest, the bytes do.
 */
async function ofTag(
  repository: Repository,
  tag: string,
): Promise<{ readonly digest: string; readonly bytes?: Uint8Array | undefined }> {
  const ask = async (method: "GET" | "HEAD") => {
    const response = await repository.ask(method, `manifests/${tag}`, ACCEPT_MANIFEST);
    const what = `the manifest of ${repository.name}:${tag}`;
    return { headers: response.headers, bytes: await readBody(response, MAX_MANIFEST_BYTES, what) };
  };
  const head = await ask("HEAD");
  if (head.bytes.length > 0) return { digest: digestOf(head.bytes), bytes: head.bytes };
  const digest = head.headers.get("docker-content-digest") ?? "";
  if (isDigest(digest)) return { digest };
  const { bytes } = await ask("GET");
  return { digest: digestOf(bytes), bytes };
}
