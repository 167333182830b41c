import type { Unrecognised } from "./observation.ts";

/** What an agent says of itself at each sync. */
export interface AgentReport {
  readonly seenAt: number;
  readonly capacity: { readonly milliCpu: number; readonly memoryMiB: number };
  readonly arch: "amd64" | "arm64";
  readonly labels: Readonly<Record<string, string>>;
  readonly engine: string;
  readonly version: string;
  /** Host or address the operator gave for direct traffic; without it traffic takes the agent's line. */
  readonly address?: string | undefined;
  /** False while the engine does not answer: its containers are then unknown, not gone. */
  readonly engineOk: boolean;
  /** The agent's own guard, in short, so that offers can be refused before anything is sent. */
  readonly guard: { readonly registries: readonly string[]; readonly maxMemoryMiB?: number | undefined };
  /** The highest epoch the agent has obeyed: a broker below it is an older copy. */
  readonly epoch: number;
  /** What it last found under our mark that no broker told it of: shown to people, never destroyed. The broker fills it in. */
  readonly unrecognised?: readonly Unrecognised[] | undefined;
}
