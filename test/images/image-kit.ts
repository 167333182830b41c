import { blob, type Answer, type Asked, type Blob } from "./registry-server.ts";

const CONFIG = "application/vnd.oci.image.config.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

/** An image as it lies in a registry: what its tag names, and everything behind that. */
export interface Kit {
  readonly digest: string;
  readonly blobs: readonly Blob[];
}

/** An image of one platform whose pull transfers `bytes` besides its configuration. */
export function oneImage(
  arch: string,
  { entrypoint = ["/bin/web"], cmd = ["serve"], bytes = 1_000, os = "linux" } = {},
): Kit {
  const config = blob(
    { os, architecture: arch, config: { Entrypoint: entrypoint, Cmd: cmd, User: "1000" } },
    CONFIG,
  );
  const manifest = blob(
    {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, digest: config.digest, size: config.text.length },
      layers: [
        { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: config.digest, size: bytes },
      ],
    },
    MANIFEST,
  );
  return { digest: manifest.digest, blobs: [manifest, config] };
}

/** An index over images of one platform each, with an attestation beside them as builders leave it. */
export function manyImages(
  kits: readonly { readonly arch: string; readonly variant?: string; readonly kit: Kit }[],
): Kit {
  const entry = (digest: string, platform: object) => ({ mediaType: MANIFEST, digest, size: 500, platform });
  const index = blob(
    {
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [
        ...kits.map(({ arch, variant, kit }) =>
          entry(kit.digest, {
            os: "linux",
            architecture: arch,
            ...(variant === undefined ? {} : { variant }),
          }),
        ),
        entry(kits[0]?.kit.digest ?? "", { os: "unknown", architecture: "unknown" }),
      ],
    },
    INDEX,
  );
  return { digest: index.digest, blobs: [index, ...kits.flatMap(({ kit }) => kit.blobs)] };
}

/** Answers for one repository, whose tags name kits; 404 for everything else. Does not look at who asks. */
export function serve(repository: string, tags: Readonly<Record<string, Kit>>): (asked: Asked) => Answer {
  const blobs = new Map(Object.values(tags).flatMap((kit) => kit.blobs.map((one) => [one.digest, one])));
  return ({ method, url }) => {
    const [, kind, name = ""] = /^(.*)\/(?:manifests|blobs)\/(.+)$/.exec(url.pathname) ?? [];
    const found = kind === `/v2/${repository}` ? blobs.get(tags[name]?.digest ?? name) : undefined;
    if (found === undefined) return { status: 404, body: "{}" };
    const headers = { "content-type": found.type, "docker-content-digest": found.digest };
    return { status: 200, headers, ...(method === "HEAD" ? {} : { body: found.text }) };
  };
}
