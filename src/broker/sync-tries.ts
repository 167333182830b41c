import type { SyncReply, SyncRequest } from "../domain/agent-protocol.ts";
import type { Unit } from "../domain/plan.ts";
import { isFinal } from "../domain/run.ts";
import { tryUnit } from "../reconcile/runs/try-unit.ts";
import type { Agent } from "../store/instance.ts";
import type { HostAttempt } from "../store/store.ts";
import type { Ports } from "./ports.ts";

/** Tries of jobs as an agent is told of them: each is a unit of its own with one container. */
export interface ToldTries {
  readonly units: readonly Unit[];
  readonly doomed: SyncReply["doomed"];
}

/** Keeps what the agent says of its tries and gives those it must hold, as they stood before. What it says of any other is not heard. */
export async function syncTries(
  ports: Pick<Ports, "store" | "now" | "nudge">,
  agent: Agent,
  { observations }: SyncRequest,
): Promise<ToldTries> {
  const here = await ports.store.attemptsOn(agent.id);
  if (here.length === 0) return { units: [], doomed: [] };
  const own = new Set(here.map(({ attempt }) => attempt.id));
  const said = observations.filter(({ unit }) => own.has(unit));
  if ((await ports.store.attemptsHeard(agent.id, said, ports.now())) > 0) ports.nudge();
  return {
    units: here.filter((one) => !isLeaving(one)).map(toldUnit),
    doomed: here.filter(isLeaving).map(({ attempt, unit }) => ({
      id: attempt.id,
      name: attempt.name,
      stopGraceSeconds: unit.unit.template.stopGraceSeconds,
    })),
  };
}

// What has ended stays for its logs, until the first request to take it away is noted with it.
const isLeaving = ({ attempt }: HostAttempt): boolean =>
  isFinal(attempt) ? attempt.setback !== undefined : attempt.stop !== undefined;

// One that has ended wants no replica any more: an agent that lost its memory must not begin it again.
function toldUnit({ attempt, run, unit }: HostAttempt): Unit {
  const { id, name } = attempt;
  const replicas = { min: isFinal(attempt) ? 0 : 1, max: 1 };
  return { ...tryUnit(unit.unit, run, attempt), id, name, replicas };
}
