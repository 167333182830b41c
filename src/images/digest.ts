import { createHash } from "node:crypto";

/** Whether these are the bytes that a digest names (OCI image specification, "Digests"). An algorithm that is not registered names none. */
export function isDigestOf(digest: string, bytes: Uint8Array): boolean {
  const [algorithm = "", hex = ""] = digest.split(":");
  if (algorithm !== "sha256" && algorithm !== "sha512") return false;
  return createHash(algorithm).update(bytes).digest("hex") === hex;
}

/** Whether a text is written as a digest. */
export function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

/** The digest of bytes that came without one: `sha256:...`. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
