import { Fault } from "../domain/fault.ts";
import { newId } from "../domain/id.ts";
import { idProblem } from "../domain/name.ts";
import { parseTargetConfig, targetKind } from "../adapters/registry.ts";
import type { Target } from "../store/instance.ts";
import { iso } from "./instants.ts";
import type { Caller, Ports } from "./ports.ts";

/** A target as the API shows it; its configuration holds no secret. */
export function targetView(target: Target) {
  return {
    name: target.name,
    kind: target.kind,
    owner: target.project === undefined ? "instance" : "project",
    ...target.config,
    version: target.version,
    createdAt: iso(target.createdAt),
  };
}

/**
 * Connect a place, or change one. Its id stays for as long as the name does, so units keep pointing at it.
 * `invalid-body` names every wrong field; `precondition-failed` when `ifVersion` is not the stored version.
 */
export async function putTarget(
  ports: Pick<Ports, "store" | "open" | "now" | "random">,
  caller: Caller,
  name: string,
  document: unknown,
  ifVersion?: number,
) {
  const problem = idProblem(name);
  if (problem !== undefined)
    throw new Fault("invalid-body", problem, { problems: [{ pointer: "", message: problem }] });
  const kind = targetKind(document);
  const config = parseTargetConfig(kind, document);
  const before = await ports.store.target(caller.project.id, name);
  if (before !== undefined && before.project === undefined)
    throw new Fault("forbidden", `Target ${name} belongs to the instance; choose another name.`);
  if (before !== undefined && before.kind !== kind && (await ports.store.unitsAt(before.id)).length > 0)
    throw new Fault(
      "in-use",
      `Target ${name} is a ${before.kind} and holds units; move them before it becomes a ${kind}.`,
    );
  // Always a new id: the store keeps the one that is there, and a name that was freed meanwhile inherits nothing.
  const id = newId("tgt", ports.random);
  const target = { id, project: caller.project.id, name, kind, config, createdAt: ports.now() };
  // What this instance does not allow, such as endpoints of its own, is refused now and not by the first deploy.
  ports.open({ ...target, version: 0 });
  const stored = await ports.store.putTarget(target, ifVersion);
  if (stored === undefined)
    throw new Fault(
      "precondition-failed",
      `Target ${name} is at version ${before?.version ?? 0}; read it again.`,
    );
  return { target: targetView(stored), created: before === undefined };
}

/** Targets the project may use: its own and the instance's. */
export async function listTargets(ports: Pick<Ports, "store">, caller: Caller) {
  return (await ports.store.targets(caller.project.id)).map(targetView);
}

/** One target, or `not-found`. */
export async function readTarget(ports: Pick<Ports, "store">, caller: Caller, name: string) {
  return targetView(await requireTarget(ports, caller, name));
}

/** Disconnect a place; `in-use` while units that are not gone are there. */
export async function deleteTarget(ports: Pick<Ports, "store">, caller: Caller, name: string): Promise<void> {
  const result = await ports.store.deleteTarget(caller.project.id, name);
  if (result === "absent")
    throw new Fault("not-found", `There is no target ${name} in project ${caller.project.name}.`);
  if (result === "in-use")
    throw new Fault("in-use", `Target ${name} still holds units; migrate or destroy their workloads first.`);
}

/** The target of this name that the caller may use, or `not-found`. */
export async function requireTarget(
  ports: Pick<Ports, "store">,
  caller: Caller,
  name: string,
): Promise<Target> {
  const target = await ports.store.target(caller.project.id, name);
  if (target === undefined)
    throw new Fault("not-found", `There is no target ${name} in project ${caller.project.name}.`);
  return target;
}
