import type { Phase } from "../../domain/observation.ts";
import type { ArmContainer, ArmGroup } from "./arm.ts";

/** What one group says of itself. */
export interface ReplicaState {
  readonly phase: Phase;
  readonly reason?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly restarts: number;
}

/** So many restarts with Azure waiting longer between each: waiting will not help any more. */
export const MOST_RESTARTS = 3;
/**
 * A container that ran so long before it ended began anew: its count of restarts, which Azure never sets back, says nothing then. After
 * as long Kubernetes, on which Container Instances stands, starts its waiting over, ms (Kubernetes, "Pod lifecycle", restart policy).
 */
const STEADY_MS = 600_000;

type View = NonNullable<ArmContainer["properties"]["instanceView"]>;

/** The state of a group of a service or worker, from a read by its name (Microsoft, "Azure Container Instances states"). */
export function replicaState(group: ArmGroup): ReplicaState {
  const { provisioningState = "", instanceView, containers } = group.properties;
  const views = containers.map(({ properties }) => properties.instanceView ?? {});
  const restarts = Math.max(0, ...views.map(({ restartCount = 0 }) => restartCount));
  const is = (phase: Phase, reason?: string): ReplicaState => ({
    phase,
    reason,
    restarts,
    exitCode: exitCodeOf(views),
  });
  if (isEnding(group)) return is("stopping");
  if (provisioningState === "Failed" || provisioningState === "Canceled")
    return is("failed", `Azure could not start it: ${lastWords(group, views)}`);
  const looping = views.find(isLooping);
  if (looping !== undefined)
    return is(
      "failed",
      `it has ended ${looping.restartCount} times, last with exit code ${exitCodeOf([looping]) ?? "unknown"}`,
    );
  const state = instanceView?.state;
  if (state === "Stopped") return is("stopped", "somebody has stopped the container group");
  if (state === "Failed" || state === "Succeeded")
    return is("failed", `the container group has ended for good (${state})`);
  if (views.every(({ currentState }) => currentState?.state === "Running")) return is("ready");
  const asked =
    provisioningState === "Pending" || provisioningState === "Creating" || provisioningState === "";
  if (asked && state !== "Running" && restarts === 0) return is("creating", lastEvent(group, views));
  return is(restarts > 0 ? "unready" : "starting", lastEvent(group, views));
}

/** Whether a group is on its way out. */
export function isEnding({ properties }: ArmGroup): boolean {
  return properties.provisioningState === "Deleting";
}

/** The exit code a container has ended with last. */
export function exitCodeOf(views: readonly View[]): number | undefined {
  const ends = views.flatMap(({ currentState, previousState }) => [
    currentState?.exitCode,
    previousState?.exitCode,
  ]);
  return ends.find((code) => code !== undefined && code !== 0) ?? ends.find((code) => code !== undefined);
}

/** What Azure said last of a group, for people. */
export function lastWords(group: ArmGroup, views: readonly View[]): string {
  return lastEvent(group, views) ?? "it gives no reason";
}

function isLooping({ restartCount = 0, currentState, previousState }: View): boolean {
  if (restartCount < MOST_RESTARTS || currentState?.state === "Running") return false;
  const last = currentState?.state === "Terminated" ? currentState : previousState;
  const ranMs = Date.parse(last?.finishTime ?? "") - Date.parse(last?.startTime ?? "");
  // Without both moments there is no telling, and the count is all there is.
  return !(ranMs >= STEADY_MS);
}

function lastEvent({ properties }: ArmGroup, views: readonly View[]): string | undefined {
  const events = [...(properties.instanceView?.events ?? []), ...views.flatMap((view) => view.events ?? [])];
  const warnings = events.filter(({ type }) => type === "Warning");
  const latest = (warnings.length > 0 ? warnings : events)
    .toSorted((a, b) => (a.lastTimestamp ?? "").localeCompare(b.lastTimestamp ?? ""))
    .at(-1);
  return latest?.message === "" ? undefined : latest?.message;
}
