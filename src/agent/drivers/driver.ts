import type { Unit } from "../../domain/plan.ts";
import type { Death, SeenContainer } from "./seen.ts";

/** What an engine says of itself. */
export interface EngineInfo {
  readonly engine: "docker" | "podman";
  readonly version: string;
  readonly arch: "amd64" | "arm64";
  readonly capacity: { readonly milliCpu: number; readonly memoryMiB: number };
}

/** One engine on this host, as the daemon uses it. Every verb is safe to repeat; errors carry a sentence for the user. */
export interface Driver {
  info(): Promise<EngineInfo>;
  /** Every container of this installation. Throws when the engine cannot be asked: that is never an empty list. */
  look(): Promise<readonly SeenContainer[]>;
  /** How a dead container ended, with its last log lines. */
  autopsy(container: SeenContainer): Promise<Death>;
  /** Last log lines of a container, oldest first. */
  lastLines(container: SeenContainer): Promise<readonly string[]>;
  /** Main process of a running container, as this host numbers it; undefined when there is none. */
  pidOf(container: SeenContainer): Promise<number | undefined>;
  /** Make one replica run: image, volumes, containers, files. What is left of an earlier try is cleared first; one that runs is left alone. */
  start(unit: Unit, replica: number, signal: AbortSignal): Promise<void>;
  /** Stop one replica's containers (main first) and remove them; its volumes stay unless asked. */
  stop(target: StopTarget, graceSeconds: number, volumes: "keep" | "remove"): Promise<void>;
  /** NDJSON of `{at, stream, line, container}` of a unit's containers. */
  logs(unit: string, query: LogQuery): Promise<ReadableStream<Uint8Array>>;
}

/** A unit, or one replica of it. */
export interface StopTarget {
  readonly unit: string;
  readonly replica?: number | undefined;
}

export interface LogQuery {
  readonly tail: number;
  readonly follow: boolean;
}
