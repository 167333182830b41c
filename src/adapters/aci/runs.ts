import type { Unit } from "../../domain/plan.ts";
import type { RunObservation, RunRef } from "../../domain/run.ts";
import type { Call, RunVerbs } from "../adapter.ts";
import { eachTry } from "../each-try.ts";
import type { ArmGroup } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { end } from "./destroy.ts";
import { triesOf } from "./limited.ts";
import { lastLinesOf } from "./observe.ts";
import { refuseForeign } from "./ours.ts";
import { isEnding, lastWords } from "./phase.ts";
import { filled, fillingOf } from "./render/fill.ts";
import { runGroup } from "./render/group.ts";

/** Tries read in one look: what `triesOf` lets through within half a call's deadline. */
export const MOST_TRIES = 50;

/** Jobs: each try is a group of its own that is never restarted. Its end stays readable until `stop` removes the group. */
export function runVerbs(open: () => Promise<AciContext>): RunVerbs {
  return {
    async start(unit, run, call) {
      const context = await open();
      const { api, ports } = context;
      const owner = await ports.installation();
      const there = await api.get(run.name, call);
      if (there === undefined) {
        const filling = await fillingOf(ports, unit, owner, call);
        const made = await api.create(run.name, filled(runGroup(unit, run), filling), call);
        return await seen(context, made, call);
      }
      refuseForeign(there, unit.id, owner);
      return await seen(context, there, call);
    },
    // Lists leave out the state (azure-rest-api-specs#21280), so that each is read by its name.
    async observe(tries, call) {
      const context = await open();
      const { ports, config } = context;
      return await eachTry(tries.slice(0, MOST_TRIES), async ({ unit, run }) => {
        await ports.throttle.take(triesOf(config), call);
        const group = await ownGroup(context, unit, run, call);
        return group === undefined ? missing(run, ports.now()) : await seen(context, group, call);
      });
    },
    async stop(unit, run, call) {
      const context = await open();
      const group = await ownGroup(context, unit, run, call);
      if (group === undefined) return "stopped";
      // A list that still shows it is not believed any more.
      context.memory.list = undefined;
      return (await end(context.api, run.name, group, call)) === "gone" ? "stopped" : "stopping";
    },
  };
}

async function ownGroup({ api, ports }: AciContext, unit: Unit, run: RunRef, call: Call) {
  const group = await api.get(run.name, call);
  if (group !== undefined) refuseForeign(group, unit.id, await ports.installation());
  return group;
}

function missing(run: RunRef, at: number): RunObservation {
  return run.startedAt === undefined
    ? { phase: "starting", lastLines: [], at }
    : { phase: "unknown", reason: `Azure has no container group ${run.name} any more`, lastLines: [], at };
}

/** How a try stands by its main container: sidecars may run on, and the try is over all the same. */
async function seen(context: AciContext, group: ArmGroup, call: Call): Promise<RunObservation> {
  const { provisioningState, instanceView, containers } = group.properties;
  const views = containers.map(({ properties }) => properties.instanceView ?? {});
  const { currentState, previousState } = views[0] ?? {};
  // Azure may start a container again that failed, restart policy Never notwithstanding (Microsoft, "Run containerized tasks with restart
  // policies", 2026-07-25). Its try has ended all the same: another one is Berth's to start, and `stop` takes this group away.
  const end = [currentState, previousState].find((state) => state?.state === "Terminated");
  const base = {
    startedAt: timeOf((end ?? currentState)?.startTime),
    lastLines: [],
    at: context.ports.now(),
  };
  if (end !== undefined) {
    const { exitCode } = end;
    const ended = { ...base, endedAt: timeOf(end.finishTime), exitCode };
    if (exitCode === 0) return { ...ended, phase: "succeeded" };
    const lastLines = await lastLinesOf(context, [group], call);
    return {
      ...ended,
      phase: "failed",
      reason: `it ended with exit code ${exitCode ?? "unknown"}`,
      lastLines,
    };
  }
  if (provisioningState === "Failed" || instanceView?.state === "Failed")
    return { ...base, phase: "failed", reason: `Azure could not run it: ${lastWords(group, views)}` };
  if (isEnding(group) || instanceView?.state === "Stopped") return { ...base, phase: "stopped" };
  return { ...base, phase: currentState?.state === "Running" ? "running" : "starting" };
}

function timeOf(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
