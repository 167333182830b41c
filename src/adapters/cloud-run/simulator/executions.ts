import { labelsIn } from "./changes.ts";
import { answer, isoTime, refusal, type SimulatedReply, type Step } from "./reply.ts";
import type { RunRequest } from "./run-request.ts";
import { endOf, type ProjectState, type StoredExecution, type StoredResource } from "./state.ts";

/** Requests below a job: its executions and their tasks. */
export function executionStep(
  state: ProjectState,
  job: StoredResource,
  [collection, given = "", tasks]: readonly string[],
  request: RunRequest,
  now: number,
): Step {
  const [id, verb] = given.split(":");
  const { execution } = job;
  if (collection !== "executions" || execution === undefined || execution.id !== id || now < job.settledAt)
    return refusal(state, "NOT_FOUND", `There is no ${request.rest}.`);
  if (tasks === "tasks") return answer(state, { tasks: [taskView(job, execution, now)] });
  if (request.method === "GET") return answer(state, executionView(job, execution, now));
  if (verb === "cancel") return cancel(state, job, execution, now);
  return refusal(state, "UNIMPLEMENTED", `The simulation has no ${request.method} ${request.rest}.`);
}

function cancel(state: ProjectState, job: StoredResource, execution: StoredExecution, now: number): Step {
  if (endOf(execution) <= now)
    return refusal(
      state,
      "FAILED_PRECONDITION",
      `Execution ${execution.id} has ended and cannot be cancelled.`,
    );
  const cancelled = { ...job, execution: { ...execution, cancelledAt: execution.cancelledAt ?? now } };
  const name = `${job.name.split("/").slice(0, 4).join("/")}/operations/cancel-${execution.id}`;
  const reply: SimulatedReply["body"] = { name, done: false };
  return answer({ ...state, resources: { ...state.resources, [job.name]: cancelled } }, reply);
}

function executionView(job: StoredResource, execution: StoredExecution, now: number): object {
  const ended = endOf(execution) <= now;
  const cancelled = ended && execution.cancelledAt !== undefined;
  const failed = ended && !cancelled && execution.exitCode !== 0;
  const started = execution.startsAt <= now;
  return {
    name: `${job.name}/executions/${execution.id}`,
    uid: `uid-${execution.id}`,
    job: job.name.slice(job.name.lastIndexOf("/") + 1),
    labels: labelsIn(job),
    createTime: isoTime(job.settledAt),
    taskCount: 1,
    parallelism: 1,
    ...(started ? { startTime: isoTime(execution.startsAt) } : {}),
    ...(started && !ended ? { runningCount: 1, reconciling: true } : {}),
    ...(ended ? { completionTime: isoTime(endOf(execution)) } : {}),
    ...(cancelled ? { cancelledCount: 1 } : failed ? { failedCount: 1 } : ended ? { succeededCount: 1 } : {}),
    conditions: [
      {
        type: "Completed",
        state:
          failed || cancelled ? "CONDITION_FAILED" : ended ? "CONDITION_SUCCEEDED" : "CONDITION_RECONCILING",
        ...(failed ? { message: exitMessage(execution), executionReason: "NON_ZERO_EXIT_CODE" } : {}),
        ...(cancelled ? { message: "The execution was cancelled.", executionReason: "CANCELLED" } : {}),
        lastTransitionTime: isoTime(Math.min(now, endOf(execution))),
      },
    ],
  };
}

function taskView(job: StoredResource, execution: StoredExecution, now: number): object {
  const ended = endOf(execution) <= now;
  const { exitCode } = execution;
  const result = exitCode === 0 ? {} : { exitCode, status: { code: 10, message: exitMessage(execution) } };
  return {
    name: `${job.name}/executions/${execution.id}/tasks/${execution.id}-task0`,
    job: job.name.slice(job.name.lastIndexOf("/") + 1),
    execution: execution.id,
    createTime: isoTime(job.settledAt),
    ...(ended ? { completionTime: isoTime(endOf(execution)) } : {}),
    ...(ended && execution.cancelledAt === undefined ? { lastAttemptResult: result } : {}),
  };
}

const exitMessage = ({ exitCode }: StoredExecution): string =>
  `The container exited with an error: exit code ${exitCode}.`;
