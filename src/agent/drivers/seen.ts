import { markOf } from "../mark.ts";
import type { Mark } from "../mark.ts";
import type { InspectReply, ListReply } from "./replies.ts";

/** A container of ours as the engine shows it. */
export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly mark: Mark;
  /** `created` has never run; `dead` has run and does not any more. */
  readonly state: "created" | "running" | "dead";
  /** TCP port inside -> port on the host, as published right now. */
  readonly ports: Readonly<Record<number, number>>;
  /** How it ended; present for a dead container that was looked into. */
  readonly death?: Death | undefined;
}

/** How a container ended. */
export interface Death {
  readonly exitCode: number;
  readonly reason: string;
  /** Last log lines, oldest first. */
  readonly lines: readonly string[];
  readonly ranMs: number;
}

/** Parse the engine's container list; what does not carry a whole mark of this installation is left out. */
export function parseList(list: ListReply, installation: string): readonly SeenContainer[] {
  return list.flatMap((entry) => {
    const mark = markOf(entry.Labels ?? {});
    if (mark === undefined || mark.installation !== installation) return [];
    const name = (entry.Names?.[0] ?? "").replace(/^\//, "");
    return [{ id: entry.Id, name, mark, state: stateOf(entry.State), ports: portsOf(entry.Ports ?? []) }];
  });
}

/** How a container ended, from its inspection. Podman leaves `OOMKilled` false, so a kill under a memory limit is named as a likelihood. */
export function parseDeath(inspection: InspectReply, lines: readonly string[]): Death {
  const { State: state, HostConfig: host } = inspection;
  const exitCode = state.ExitCode ?? -1;
  const ranMs = Date.parse(state.FinishedAt ?? "") - Date.parse(state.StartedAt ?? "");
  return {
    exitCode,
    reason: deathReason(exitCode, state, host?.Memory ?? 0),
    lines,
    ranMs: Number.isFinite(ranMs) ? Math.max(0, ranMs) : 0,
  };
}

function deathReason(exitCode: number, state: InspectReply["State"], memoryBytes: number): string {
  const memory = `${String(Math.round(memoryBytes / 1_048_576))} MiB`;
  if (state.OOMKilled === true) return `ran out of its ${memory} of memory`;
  if (state.Error !== undefined && state.Error !== "") return state.Error;
  if (exitCode === KILLED)
    return `was killed (exit code 137): with a limit of ${memory}, most often for want of memory`;
  return exitCode === 0
    ? "ended with exit code 0, but a service or worker must keep running"
    : `exited with code ${String(exitCode)}`;
}

/** 128 + SIGKILL. */
const KILLED = 137;

/** Docker and podman name states differently; anything that is neither fresh nor over counts as running. */
function stateOf(state: string | undefined): SeenContainer["state"] {
  if (state === undefined) return "running";
  if (["created", "configured", "initialized"].includes(state)) return "created";
  return ["exited", "stopped", "dead", "removing"].includes(state) ? "dead" : "running";
}

const portsOf = (ports: NonNullable<ListReply[number]["Ports"]>): Readonly<Record<number, number>> =>
  Object.fromEntries(
    ports.flatMap((port) =>
      port.PublicPort !== undefined && port.PublicPort > 0 ? [[port.PrivatePort, port.PublicPort]] : [],
    ),
  );
