import { othersThan, type ExceptionSelect } from "../domain/exception.ts";
import { Fault } from "../domain/fault.ts";
import { newId } from "../domain/id.ts";
import type { StoredException } from "../store/whether.ts";
import type { Excepted } from "../policy/rules/lift.ts";
import { exceptedRules, waitsFor } from "./exception-rules.ts";
import { exceptionWarnings } from "./exception-warnings.ts";
import { iso } from "./instants.ts";
import { personOf, type Caller, type Ports } from "./ports.ts";
import { wakeHeld } from "./wake-held.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The longest an exception may last: one that should last longer is a change of the rule. */
export const MAX_EXCEPTION_DAYS = 366;
/** Most exceptions of one answer. */
const MAX_LISTED = 1_000;
/** How long before its end that is told. */
const TOLD_BEFORE_MS = DAY_MS;
/** Most exceptions told of in one pass. */
const MAX_A_PASS = 100;

export interface ExceptionRequest {
  /** Name of a rule or a freeze. */
  readonly rule: string;
  readonly select: ExceptionSelect;
  readonly reason: string;
  /** When it lapses, ms. */
  readonly until: number;
}

/**
 * Ask that a rule or freeze does not count for some workloads until a time. It counts at once, unless the rule asks for approvals or is
 * the instance's: then once others have agreed.
 */
export async function requestException(ports: Ports, caller: Caller, request: ExceptionRequest) {
  const now = ports.now();
  const wrong = (message: string) =>
    new Fault("invalid-body", "The exception has an impossible end.", {
      problems: [{ pointer: "/until", message }],
    });
  if (request.until <= now) throw wrong("say a time in the future");
  if (request.until > now + MAX_EXCEPTION_DAYS * DAY_MS)
    throw wrong(
      `at most ${MAX_EXCEPTION_DAYS} days from now; what should last longer is a change of the rule`,
    );
  const exception: StoredException = {
    ...request,
    project: caller.project.id,
    id: newId("exc", ports.random),
    createdAt: now,
    requester: personOf(caller),
    approvals: [],
  };
  await ports.store.insertException(exception);
  await wakeHeld(ports, exception.project, exception);
  const rules = await exceptedRules(ports, caller);
  const warnings = exceptionWarnings(request.rule, rules);
  return { ...exceptionView(exception, now, rules), ...(warnings.length === 0 ? {} : { warnings }) };
}

/** Every exception of the project, the latest end first; those that have ended only when asked for. */
export async function listExceptions(ports: Pick<Ports, "store" | "now">, caller: Caller, all: boolean) {
  const now = ports.now();
  const query = { limit: MAX_LISTED, ...(all ? {} : { standingAt: now }) };
  const exceptions = await ports.store.exceptions(caller.project.id, query);
  const rules = exceptions.length === 0 ? [] : await exceptedRules(ports, caller);
  return exceptions.map((exception) => exceptionView(exception, now, rules));
}

/** Agree to an exception that somebody else asked for. Throws `forbidden` for who asked, and `conflict` for one that has ended. */
export async function approveException(ports: Ports, caller: Caller, id: string) {
  const exception = await readException(ports, caller, id);
  const person = personOf(caller);
  const at = ports.now();
  if (othersThan([exception.requester], [person]).length === 0)
    throw new Fault(
      "forbidden",
      `${caller.actor} asked for exception ${id}, so somebody else must approve it, with a token of their own.`,
    );
  if (exception.endedAt !== undefined || exception.until <= at)
    throw new Fault("conflict", `Exception ${id} ended at ${iso(exception.endedAt ?? exception.until)}.`);
  await ports.store.approveException(caller.project.id, id, { ...person, at });
  await wakeHeld(ports, exception.project, exception);
  const rules = await exceptedRules(ports, caller);
  return exceptionView(await readException(ports, caller, id), at, rules);
}

/** End an exception before its time: the rule counts again at once. */
export async function endException(ports: Ports, caller: Caller, id: string): Promise<void> {
  const exception = await readException(ports, caller, id);
  const now = ports.now();
  const event = {
    at: now,
    type: "exception.ended",
    actor: caller.actor,
    message: `the exception from ${exception.rule} was withdrawn`,
    data: { exception: id, rule: exception.rule },
  };
  // Ended for good at the withdrawal, not at the time it would have lapsed.
  await ports.store.tellException({ ...exception, until: now }, "ended", event);
}

/**
 * One pass over exceptions that end: told a day before, and at their end. They lapse by the clock alone; the pass only says so. Gives
 * how many were told of.
 */
export async function tellEndingExceptions(ports: Pick<Ports, "store" | "now">): Promise<number> {
  const now = ports.now();
  const ending = await ports.store.exceptionsEnding(now, now + TOLD_BEFORE_MS, MAX_A_PASS);
  for (const exception of ending) {
    const { id, rule, until, reason } = exception;
    const over = until <= now;
    const message = over
      ? `the exception from ${rule} has lapsed: the rule counts again`
      : `the exception from ${rule} ends at ${iso(until)}: ${reason}`;
    const type = over ? "exception.ended" : "exception.ending";
    const event = {
      at: now,
      type,
      actor: "berth",
      message,
      data: { exception: id, rule, until: iso(until) },
    };
    await ports.store.tellException(exception, over ? "ended" : "soon", event);
  }
  return ending.length;
}

async function readException(
  ports: Pick<Ports, "store">,
  caller: Caller,
  id: string,
): Promise<StoredException> {
  const exception = await ports.store.exception(caller.project.id, id);
  if (exception === undefined)
    throw new Fault("not-found", `There is no exception ${id} in project ${caller.project.name}.`);
  return exception;
}

function exceptionView(exception: StoredException, now: number, rules: readonly Excepted[]) {
  const { id, rule, select, reason, until, createdAt, endedAt, requester, approvals } = exception;
  const ended = endedAt !== undefined || until <= now;
  const waits = ended ? undefined : waitsFor(exception, rules);
  return {
    id,
    rule,
    select,
    reason,
    until: iso(until),
    createdAt: iso(createdAt),
    state: ended ? "ended" : waits === undefined ? "standing" : "waiting",
    ...(waits === undefined ? {} : { stateReason: waits.because, missingApprovals: waits.missing }),
    ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
    requester: requester.actor,
    approvals: approvals.map(({ actor, at }) => ({ actor, at: iso(at) })),
  };
}
