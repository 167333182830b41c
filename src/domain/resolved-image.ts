/** What a registry says of an image: the digest its tag named when it was asked, and what that is. */
export interface ResolvedImage {
  /** As the spec writes it. */
  readonly reference: string;
  readonly digest: string;
  /** What it is built for; empty where that is not known. */
  readonly platforms: readonly ImagePlatform[];
  /** Of the image's own configuration; absent where it was not read. */
  readonly entrypoint?: readonly string[] | undefined;
  readonly cmd?: readonly string[] | undefined;
  readonly user?: string | undefined;
}

/** One platform of an image. `sizeBytes`: what a pull of it transfers, compressed; absent where it was not read. */
export interface ImagePlatform {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string | undefined;
  readonly digest: string;
  readonly sizeBytes?: number | undefined;
}

/** Which image is asked for, and for whom: the project's login for its registry is used. */
export interface ImageQuestion {
  readonly project: string;
  readonly reference: string;
  /** Ask the registry even if it was asked a moment ago. */
  readonly fresh: boolean;
}

/**
 * What became of asking. The registry itself answered in `resolved`, `absent` and `denied`; `unreachable` says nothing about the image. A
 * message is a sentence without its full stop.
 */
export type ImageAnswer =
  | { readonly said: "resolved"; readonly image: ResolvedImage }
  | { readonly said: "absent" | "denied" | "unreachable"; readonly message: string };

/** Asks a registry what an image is. Gives `unreachable` when the signal aborts before it has answered. */
export type ResolveImage = (
  question: ImageQuestion,
  call: { readonly signal: AbortSignal },
) => Promise<ImageAnswer>;

/** The name and password that a registry is asked with. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}
