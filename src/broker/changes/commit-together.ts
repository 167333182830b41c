import { inTurns } from "../../adapters/in-turns.ts";
import { Fault } from "../../domain/fault.ts";
import type { Plan } from "../../domain/plan.ts";
import type { Source } from "../../domain/spec.ts";
import type { ChangeResult, Commit, HeldWithin, StoredChange } from "../../store/store.ts";
import { atMostFor, refuseAutomation } from "../automation.ts";
import { commitFor, wake } from "../commit.ts";
import { isUnchanged } from "../deploy.ts";
import { denied, judgeDraft, verdictEvents } from "../judge.ts";
import { scopeOf, type Caller, type Ports } from "../ports.ts";
import { heldFor, tellDenied } from "../submit.ts";
import { deniedAll, type Judged } from "./denied-all.ts";
import type { DraftedTogether, DraftWithin } from "./draft-together.ts";

/** What a commit of drafts is besides them. */
export interface Together {
  readonly id: string;
  readonly source?: Source | undefined;
  /** Everything is started anew, so nothing is unchanged. */
  readonly fresh: boolean;
  /** Those who asked for it before the caller did: of what was shown to them first. */
  readonly authors?: readonly { readonly actor: string; readonly token: string }[] | undefined;
  /** The same drafts made now: two who ask for the very same at once both have what they asked for. */
  readonly draftAll?: (() => Promise<DraftedTogether>) | undefined;
}

/** A change that was committed. */
export interface MadeChange {
  readonly change: StoredChange;
  /** Nothing of it was to be changed, or to wait. */
  readonly isUnchanged: boolean;
}

/** Commit drafts that were decided together, all in one batch; throws what stands against it, and then nothing is written. */
export async function commitTogether(
  ports: Ports,
  caller: Caller,
  drafted: DraftedTogether,
  together: Together,
): Promise<MadeChange> {
  const changed = drafted.drafts.filter((one) => together.fresh || !isUnchanged(one.lineage, one.draft));
  const judged = await judgeAll(ports, caller, changed);
  const commits = await inTurns(
    judged.filter(({ verdict }) => verdict.holds.length === 0),
    async ({ lineage, draft, verdict }) => {
      const events = verdictEvents(draft.plan, verdict, ports.now());
      return commitFor(ports, caller, lineage, draft, { events, atMost: atMostFor(ports, draft) });
    },
  );
  const held = await inTurns(
    judged.filter(({ verdict }) => verdict.holds.length > 0),
    ({ draft, yields }) =>
      heldFor(ports, caller, draft, {
        request: { fresh: together.fresh, yields },
        authors: together.authors,
      }),
  );
  const change = changeOf(ports, caller, together, drafted, [...commits, ...held]);
  const result = await ports.store.commitChange(scopeOf(caller), {
    change,
    commits,
    held: held.filter(({ events }) => events.length > 0),
  });
  if (!result.ok) return onceMore(ports, caller, together, refusal(result));
  wake(
    ports,
    commits.map(({ plan }) => plan),
  );
  return { change, isUnchanged: judged.length === 0 };
}

async function judgeAll(
  ports: Ports,
  caller: Caller,
  drafts: readonly DraftWithin[],
): Promise<readonly Judged[]> {
  const judged = await inTurns(drafts, async (one) => {
    await refuseAutomation(ports, caller, one.draft);
    return { ...one, ...(await judgeDraft(ports, caller, one.lineage, one.draft)) };
  });
  const fault = deniedAll(judged);
  if (fault === undefined) return judged;
  for (const { draft, verdict } of judged)
    if (verdict.denials.length > 0) await tellDenied(ports, caller, denied(draft.plan, verdict), draft.plan);
  throw fault;
}

function changeOf(
  ports: Ports,
  caller: Caller,
  { id, source }: Together,
  { drafts, packing, price }: DraftedTogether,
  made: readonly (Pick<Commit, "plan"> | HeldWithin)[],
): StoredChange {
  const plans = new Map<string, Plan>(made.map(({ plan }) => [plan.workload, plan]));
  return {
    id,
    project: caller.project.id,
    environment: caller.environment,
    actor: caller.actor,
    source,
    state: "committed",
    members: drafts.map(({ lineage, draft, because }) => {
      const { workload } = draft.plan;
      const plan = plans.get(workload) ?? lineage.inForce ?? draft.plan;
      return { workload, plan: plan.id, because };
    }),
    packing,
    price,
    createdAt: ports.now(),
  };
}

async function onceMore(ports: Ports, caller: Caller, together: Together, fault: Fault): Promise<MadeChange> {
  const { draftAll, fresh } = together;
  if (draftAll === undefined || fresh || fault.code !== "generation-conflict") throw fault;
  const since = await draftAll();
  if (!since.drafts.every(({ lineage, draft }) => isUnchanged(lineage, draft))) throw fault;
  return commitTogether(ports, caller, since, { ...together, draftAll: undefined });
}

function refusal({ refused }: Extract<ChangeResult, { readonly ok: false }>): Fault {
  const faults = refused.map(({ error }) => error).filter((error) => error !== undefined);
  for (const error of faults) if (!(error instanceof Fault)) throw error;
  const first = faults.find((error) => error instanceof Fault);
  if (first !== undefined) {
    const workloads = refused.map(({ workload }) => workload);
    return new Fault(first.code, `${first.message} Nothing of the change was made.`, {
      extra: { ...first.extra, workloads },
      cause: first,
    });
  }
  const names = refused.map(({ workload }) => workload).join(", ");
  return new Fault(
    "generation-conflict",
    `Someone else changed ${names} first, so nothing of the change was made; read it and try again.`,
    { extra: { workloads: refused.map(({ workload, generation }) => ({ workload, generation })) } },
  );
}
