import type { Demand } from "./feature.ts";
import type { Arch, Kind, Peer, RouteSpec, Scale, Usage } from "./spec.ts";

/** How long each container of a job runs in a month. */
export interface RunNeeds {
  /** How often it starts, about. */
  readonly perMonth: number;
  readonly expectedSeconds: number;
  /** With every run to its time limit and every retry. */
  readonly mostSeconds: number;
  /** What that takes for granted, each a sentence. */
  readonly assumes: readonly string[];
}

/** What one container asks for, or is given. */
export interface ContainerSize {
  readonly milliCpu: number;
  readonly memoryMiB: number;
}

/** What a container asks for, and which of the workload's it is. */
export interface NamedSize extends ContainerSize {
  readonly name: string;
}

/** The part of a spec that a place must satisfy. `needs-of.ts` derives it. */
export interface Needs {
  readonly workload: string;
  readonly kind: Kind;
  /** Sum over the main container and its sidecars, per replica. */
  readonly milliCpu: number;
  readonly memoryMiB: number;
  /** What the sums are of, the main container first; absent of one alone, and in what was written before it was told. */
  readonly sizes?: readonly NamedSize[] | undefined;
  readonly ephemeralStorageGiB: number;
  /** What its scratch volumes hold together, GiB; absent where it has none. */
  readonly scratchGiB?: number | undefined;
  readonly arch: Arch;
  readonly gpu?: { readonly type: string; readonly count: number } | undefined;
  readonly scale: Scale;
  readonly route?: RouteSpec | undefined;
  /** Everything the spec asks of a place beyond size, each with the field that asks. */
  readonly demands: readonly Demand[];
  readonly containers: number;
  readonly stopGraceSeconds: number;
  /** How long a routed replica may take until it answers; absent where nothing asks it. */
  readonly startupSeconds?: number | undefined;
  /** How long one try of a job may take; absent for what is no job. */
  readonly jobSeconds?: number | undefined;
  /** Folders that files are written into, each once; absent without files. */
  readonly fileFolders?: readonly string[] | undefined;
  /** Secrets in the environment of its containers, each once, and files; absent where there are neither. */
  readonly keeps?: { readonly secrets: number; readonly files: number } | undefined;
  /** Registry of the main image. */
  readonly registry: string;
  /** Registries of the main image and of every sidecar, sorted: a rule over registries must look at all of them. */
  readonly registries: readonly string[];
  /** What the registries say of the images; absent where none of them was resolved. */
  readonly images?: ImageNeeds | undefined;
  /** The spec's hint, and where more was measured that. */
  readonly usage: Usage;
  /** Only of a job. */
  readonly runs?: RunNeeds | undefined;
  /** A sentence for each field of `usage` that was measured. */
  readonly measured?: readonly string[] | undefined;
  readonly talksTo: readonly Peer[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What the images of a workload ask of a place. */
export interface ImageNeeds {
  /** Architectures that every image is built for; absent where it is not known of any. */
  readonly arches?: readonly ("amd64" | "arm64")[] | undefined;
  /** What is pulled for one replica, compressed, of the architecture with the most, MiB; absent where it is not known of all. */
  readonly pullMiB?: number | undefined;
  /** The largest of them whose size is known, compressed, by the architecture it is pulled for, MiB; absent where none is known. */
  readonly largestMiB?: Readonly<Partial<Record<"amd64" | "arm64", number>>> | undefined;
  /** Whether the entrypoint is known of each image that is started with args alone. */
  readonly entrypoints: boolean;
}
