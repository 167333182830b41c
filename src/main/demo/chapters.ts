import { setTimeout as wait } from "node:timers/promises";
import type { Answer, Json } from "./api.ts";
import type { Load, LoadCount } from "./load-client.ts";
import type { Say } from "./say.ts";
import type { Stage } from "./stage.ts";
import type { Subject } from "./subject.ts";

/** Requests that each chapter under load must have seen from start to end. */
export const REQUESTS_A_CHAPTER = 1_000;
const READY_WITHIN_MS = 90_000;
const LOAD_WITHIN_MS = 60_000;
const STEP_MS = 200;

/** What a chapter under load did to the client. */
export interface Chapter {
  readonly requests: number;
  readonly failed: number;
  readonly versions: Readonly<Record<string, number>>;
}

/** A chapter that did not go as it must. */
export class Mishap extends Error {
  override readonly name = "Mishap";
}

/** The answer, or a mishap that shows what the broker said. */
export function expectStatus(answer: Answer, ...allowed: readonly number[]): Json {
  if (allowed.includes(answer.status)) return answer.body;
  throw new Mishap(`status ${answer.status} instead of ${allowed.join(" or ")}: ${answer.body.text()}`);
}

/** Wait for a plan to end, as a pipeline does with `curl -f --retry`; gives the plan and how it ended. */
export async function planEnd(
  stage: Stage,
  id: string,
): Promise<{ readonly state: string; readonly plan: Json }> {
  const end = Date.now() + READY_WITHIN_MS;
  while (Date.now() < end) {
    const answer = await stage.api.call("GET", `/v1/plans/${id}?wait=ready&timeoutSeconds=60`);
    if (answer.status === 200) return { state: "ready", plan: answer.body };
    if (answer.status === 409) return { state: answer.body.at("code").text(), plan: answer.body.at("plan") };
    if (answer.status !== 504) throw new Mishap(`the plan cannot be read: ${answer.body.text()}`);
  }
  throw new Mishap(`plan ${id} did not end within ${READY_WITHIN_MS / 1_000} s`);
}

/** Do something while the client keeps asking, and say what the client saw. */
export async function underLoad(say: Say, load: Load, work: () => Promise<void>): Promise<Chapter> {
  const before = await load.read();
  await work();
  let after = await load.read();
  for (
    let waited = 0;
    after.requests - before.requests < REQUESTS_A_CHAPTER && waited < LOAD_WITHIN_MS;
    waited += STEP_MS
  ) {
    await wait(STEP_MS);
    after = await load.read();
  }
  const chapter = difference(before, after);
  const seen = Object.entries(chapter.versions).map(([version, count]) => `${version} x${count}`);
  say.detail(
    `client: ${chapter.requests} requests, ${chapter.failed} failed${seen.length > 0 ? `, answered by ${seen.join(", ")}` : ""}`,
  );
  for (const failure of after.failures.slice(before.failures.length)) say.detail(`failed: ${failure}`);
  if (chapter.requests < REQUESTS_A_CHAPTER) throw new Mishap(`only ${chapter.requests} requests were made`);
  if (chapter.failed > 0) throw new Mishap(`${chapter.failed} requests failed`);
  return chapter;
}

function difference(before: LoadCount, after: LoadCount): Chapter {
  const versions = Object.entries(after.versions).map(
    ([version, count]) => [version, count - (before.versions[version] ?? 0)] as const,
  );
  return {
    requests: after.requests - before.requests,
    failed: after.failed - before.failed,
    versions: Object.fromEntries(versions.filter(([, count]) => count > 0)),
  };
}

/** Ask the gateway until it answers well. */
export async function firstAnswer(say: Say, url: string): Promise<string> {
  say.command(`curl -sS '${url}'`);
  for (let waited = 0; waited < READY_WITHIN_MS; waited += STEP_MS) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    );
    if (answer !== undefined && answer.status < 400) return answer.text.trim();
    await wait(STEP_MS);
  }
  throw new Mishap(`${url} does not answer`);
}

/** Change the workload by a merge patch, under load, and see it become ready. */
export async function change(stage: Stage, say: Say, subject: Subject): Promise<void> {
  const answer = await stage.api.call("PATCH", `/v1/workloads/${subject.name}`, subject.change);
  const { state, plan } = await planEnd(stage, expectStatus(answer, 202).at("plan", "id").text());
  if (state !== "ready") throw new Mishap(`the change ended ${state}: ${plan.at("stateReason").text()}`);
  say.detail(`plan ${plan.at("generation").text()} is ready on ${plan.at("units", 0, "at").text()}`);
}

/** Deploy something that crashes, and see it rolled back with its reason and its last words. */
export async function crash(stage: Stage, say: Say, subject: Subject, logs: boolean): Promise<void> {
  const answer = await stage.api.call("PATCH", `/v1/workloads/${subject.name}`, subject.crash);
  const { state, plan } = await planEnd(stage, expectStatus(answer, 202).at("plan", "id").text());
  if (state !== "plan-rolled-back")
    throw new Mishap(`the crashing change ended ${state} instead of rolled back`);
  say.detail(`rolled back: ${plan.at("stateReason").text()}`);
  const last = plan.at("logTail").list().at(-1);
  if (last !== undefined) say.detail(`last log line: ${last.text()}`);
  if (logs && last === undefined)
    throw new Mishap("the rolled-back plan has no log line of the container that crashed");
}

/** Move the workload to another target, under load. */
export async function migrate(stage: Stage, say: Say, subject: Subject, target: string): Promise<void> {
  const answer = await stage.api.call("POST", `/v1/workloads/${subject.name}/migrate`, {
    to: { target },
    reason: "the demo moves it",
  });
  const { state, plan } = await planEnd(stage, expectStatus(answer, 202).at("plan", "id").text());
  if (state !== "ready") throw new Mishap(`the migration ended ${state}: ${plan.at("stateReason").text()}`);
  say.detail(`now on ${plan.at("units", 0, "at").text()}`);
}

/** Remove the workload and wait until its row is gone. */
export async function destroy(stage: Stage, subject: Subject): Promise<void> {
  const answer = await stage.api.call("DELETE", `/v1/workloads/${subject.name}`);
  const { state } = await planEnd(stage, expectStatus(answer, 202).at("plan", "id").text());
  if (state !== "ready") throw new Mishap(`the removal ended ${state}`);
  const rest = await stage.api.call("GET", `/v1/workloads/${subject.name}`);
  expectStatus(rest, 404);
}
