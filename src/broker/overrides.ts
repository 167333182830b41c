import { Fault } from "../domain/fault.ts";
import type { Override } from "../store/store.ts";
import { overrideView, readWorkload } from "./describe.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

export interface OverrideRequest {
  readonly pin?: Override["pin"];
  readonly avoid?: Override["avoid"];
  readonly scale?: Override["scale"];
  readonly reason: string;
  /** When it ends by itself, ms; undefined until someone clears it. */
  readonly until?: number | undefined;
}

/** Lay an override over the spec. It shapes the next plan and every one after, until it ends or is cleared. */
export async function putOverride(ports: Ports, caller: Caller, name: string, request: OverrideRequest) {
  await readWorkload(ports, caller, name);
  if (request.pin === undefined && request.avoid === undefined && request.scale === undefined)
    throw new Fault("invalid-body", "An override needs at least one of pin, avoid and scale.", {
      problems: [{ pointer: "", message: "say pin, avoid or scale" }],
    });
  if (request.until !== undefined && request.until <= ports.now())
    throw new Fault("invalid-body", "The override would end in the past.", {
      problems: [{ pointer: "/until", message: "say a time in the future, or leave it out" }],
    });
  const override: Override = { ...request, actor: caller.actor, createdAt: ports.now() };
  await ports.store.putOverride(scopeOf(caller), name, override);
  return overrideView(override);
}

/** Take every override off a workload; the next plan is made without them. */
export async function clearOverrides(ports: Ports, caller: Caller, name: string): Promise<void> {
  await readWorkload(ports, caller, name);
  await ports.store.clearOverrides(scopeOf(caller), name);
}
