import type { Unrecognised } from "../domain/observation.ts";
import { Fault } from "../domain/fault.ts";
import { knownUnits } from "../reconcile/known-units.ts";
import type { Target } from "../store/instance.ts";
import type { UnitAt } from "../store/store.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { requireTarget } from "./targets.ts";

/** A look at a whole account, and the removal of one resource, are each over by then. */
const LOOK_DEADLINE_MS = 20_000;
const REMOVE_DEADLINE_MS = 20_000;

type UnrecognisedPorts = Pick<Ports, "store" | "open" | "now">;

/** A resource of the caller's project that carries this installation's mark and is not known here. */
export interface Stray extends Omit<Unrecognised, "project" | "byHand"> {
  /** Why Berth cannot remove it, and what can; absent when it can. */
  readonly because?: string | undefined;
}

/** Looks at a target now: what there carries this project's mark and is unknown to this database. `complete` is false after half a look. */
export async function listUnrecognised(ports: UnrecognisedPorts, caller: Caller, name: string) {
  const target = await requireTarget(ports, caller, name);
  const { complete, strays } = await lookAt(ports, caller, target);
  return { target: name, complete, resources: strays.map(strayOf) };
}

/**
 * Removes one such resource, by its name at the provider, once `confirm` says the name too: `confirmation-required` tells what would go.
 * It is looked for anew first, and one that this database has come to know meanwhile is left alone. `going`: ask again.
 */
export async function removeUnrecognised(
  ports: UnrecognisedPorts,
  caller: Caller,
  target: string,
  resource: string,
  confirm: string | undefined,
) {
  const place = await requireTarget(ports, caller, target);
  const { strays } = await lookAt(ports, caller, place);
  const found = strays.find(({ stray }) => stray.name === resource);
  if (found === undefined)
    throw new Fault("not-found", `Nothing unrecognised of the name ${resource} is at target ${target} now.`);
  const { stray, because } = found;
  if (because !== undefined) throw new Fault("conflict", because);
  if (confirm !== resource)
    throw new Fault(
      "confirmation-required",
      `${resource} at target ${target} would be removed for good: ${stray.detail}. If nothing needs it, say ?confirm=${resource}.`,
      { extra: { resource: strayOf(found) } },
    );
  await assertUnknown(ports, caller, stray);
  await tell(ports, caller, place, stray);
  const state = await remove(ports, caller, place, stray);
  return { target, name: resource, state };
}

interface Look {
  readonly complete: boolean;
  readonly strays: readonly { readonly stray: Unrecognised; readonly because: string | undefined }[];
}

// The units are read first: what is made from now on is found to be known when it is asked after again.
async function lookAt(ports: UnrecognisedPorts, caller: Caller, target: Target): Promise<Look> {
  const units = await ports.store.unitsAt(target.id);
  const call = { signal: AbortSignal.timeout(LOOK_DEADLINE_MS) };
  const { complete, unrecognised } = await ports.open(target).observe(knownUnits(units), call);
  const own = unrecognised.filter(({ project }) => project === caller.project.id);
  return { complete, strays: own.map((stray) => ({ stray, because: whyNot(stray, units) })) };
}

function whyNot({ unit, name, byHand }: Unrecognised, units: readonly UnitAt[]): string | undefined {
  if (byHand !== undefined) return byHand;
  if (units.some((stored) => stored.unit.id === unit))
    return `${name} is a try of a job that is known here, though the try is not: remove it where it runs, by that name.`;
  return undefined;
}

function strayOf({ stray, because }: Look["strays"][number]): Stray {
  const { project: _own, byHand: _told, ...rest } = stray;
  return because === undefined ? rest : { ...rest, because };
}

// A row is there before the first call to a provider, so a unit that was planned since the look is in it now, wherever it is.
async function assertUnknown(ports: UnrecognisedPorts, caller: Caller, stray: Unrecognised): Promise<void> {
  const environments =
    stray.environment === undefined
      ? (await ports.store.environments(caller.project.id)).map(({ name }) => name)
      : [stray.environment];
  for (const environment of environments) {
    const standing = await ports.store.units({ project: caller.project.id, environment }, stray.workload);
    if (standing.some(({ unit }) => unit.id === stray.unit))
      throw new Fault("conflict", `${stray.name} is a unit of ${stray.workload} by now: it is left alone.`);
  }
}

// Before the call, so that nothing is ever taken away without a word; asked again it is the same word.
async function tell(
  ports: UnrecognisedPorts,
  caller: Caller,
  target: Target,
  stray: Unrecognised,
): Promise<void> {
  const { environment = caller.environment } = stray;
  await ports.store.appendEventOnce({ ...scopeOf(caller), environment }, stray.workload, {
    at: ports.now(),
    type: "unrecognised.removed",
    actor: caller.actor,
    message: `${stray.name} at target ${target.name}, which is not known here, is removed: ${stray.detail}`,
    data: { key: `${target.id}:${stray.name}`, target: target.name, unit: stray.unit, name: stray.name },
  });
}

/** Believed when another look does not find it: the tries of a job that is not known go one by one. */
async function remove(
  ports: UnrecognisedPorts,
  caller: Caller,
  target: Target,
  stray: Unrecognised,
): Promise<"gone" | "going"> {
  const { unit: id, name, project, environment = "", workload, region } = stray;
  const call = { signal: AbortSignal.timeout(REMOVE_DEADLINE_MS) };
  const said = await ports.open(target).destroy({ id, name, project, environment, workload, region }, call);
  if (said === "going") return said;
  const { complete, strays } = await lookAt(ports, caller, target);
  return complete && !strays.some((left) => left.stray.name === name) ? "gone" : "going";
}
