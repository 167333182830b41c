import { FAULT_STATUS, type FaultCode } from "../../src/domain/fault.ts";
import { REFUSAL_STATUS, type RefusalCode } from "../../src/gateway/refusal.ts";
import { code, table } from "./table.ts";

/** What each code of the API means and what to do about it. */
const API: Readonly<Record<FaultCode, string>> = {
  "invalid-body": "The body cannot be read or has wrong fields: see `errors`.",
  "invalid-spec": "The spec has wrong fields, or asks for what is not served: see `errors`.",
  "invalid-query": "A query parameter is unknown, given twice or wrong.",
  "invalid-path": "A name in the path is not one.",
  "invalid-header": "A header such as `If-Match` or `Idempotency-Key` is wrong, or not known to this call.",
  unauthenticated: "No token was sent.",
  "invalid-token": "The token is mistyped, unknown, expired or revoked.",
  forbidden: "The token lacks the scope, or belongs to another project.",
  "policy-denied": "A rule denies the change: `denials` has each rule, its layer and its message.",
  "not-found": "It does not exist, or not in this project and environment.",
  "method-not-allowed": "The address exists, but not with this method.",
  conflict: "The state does not allow it; `detail` says why.",
  "generation-conflict": "Somebody committed a plan meanwhile: read again, then repeat.",
  "older-than-current": "`source.sequence` is below the last one deployed: this run was overtaken.",
  "plan-changed": "The shown plan would be another now: `differences` says how. Plan again.",
  "plan-not-committable": "Not a proposed plan of this workload, or made with a what-if policy.",
  "plan-failed": "The plan ended; there was nothing to go back to. `plan.logTail` has the last lines.",
  "plan-rolled-back": "The new units did not serve; the plan before it does.",
  "plan-superseded": "A newer plan took its place.",
  "plan-aborted": "Somebody aborted it: what ran before it runs.",
  "plan-expired": "It was held and ended without being committed: `stateReason` says why. Deploy again.",
  "plan-held": "It waits: `plan.holds` says for what. Nothing has changed yet.",
  "plan-not-held": "Only a held plan can be approved; `detail` says what became of this one.",
  "run-failed":
    "A job's run has ended otherwise than well: `detail` says why, and `run` holds each try with its exit code and last lines.",
  "idempotency-in-flight": "The first call with this key still runs: ask again.",
  "confirmation-required": "Say `?confirm=` with the name: something protected or in use would go.",
  "budget-exceeded":
    "Lower scale.max or the size, free something else, or raise the budget; the body has the numbers.",
  "in-use": "Units are still there: move or remove them first.",
  "receipt-gone": "The plan's receipt, or a part of it, is no longer kept: it cannot be replayed.",
  "events-gone":
    "Events after that number are no longer kept: read on from `after=0` or from just before `oldest`.",
  "precondition-failed": "`If-Match` names another version: read again.",
  "body-too-large": "The body is larger than 256 kB.",
  "unsupported-media-type": "Send JSON or YAML, and say so in `Content-Type`.",
  "price-unknown": "A meter the body names has no known price there: give its rate, or leave it out.",
  "registry-denied": "An image's registry wants a login, or another one: `berth registry set`.",
  "no-placement": "No place can take it: `rejected` has every place with every reason.",
  "idempotency-mismatch": "The key was used for another call: take a new one.",
  "too-large-to-store": "A row would pass 900 kB: make files, variables or lists smaller.",
  "too-many-requests": "Too many at once: wait for `Retry-After`.",
  internal: "A fault of Berth. The broker's log has the reason under `requestId`.",
  unavailable: "The database or a provider does not answer: wait for `Retry-After`.",
  "not-ready-yet": "The wait is over and the plan is still going on: ask again.",
};

/** What each code of the gateway means. */
const GATEWAY: Readonly<Record<RefusalCode, string>> = {
  "bad-request": "The request is malformed, or its path climbs out of the workload.",
  "key-required": "The route is private.",
  "no-such-route": "No workload has this host or path.",
  "method-not-allowed": "CONNECT and TRACE do not pass.",
  "request-timeout": "The client was too slow to send its request.",
  "body-too-large": "The body is larger than `route.maxBodyMiB`.",
  "expectation-failed": "An `Expect` other than `100-continue`.",
  "headers-too-large": "Too many headers, or too long.",
  "bad-gateway": "The container broke off before its answer began.",
  "not-carried": "This gateway cannot carry the route's protocol or reach its address.",
  "no-ready-upstream": "No container is ready or takes the connection.",
  "routes-unavailable": "The database does not answer and no copy knows the route.",
  "too-busy": "The gateway has as many connections as it takes.",
  "upstream-timeout": "The container did not answer within `route.timeoutSeconds`.",
  "loop-detected": "The request has passed this gateway too often.",
};

/** Every code of the API with its status, in order of status. */
export const problemCodes = (): string => codes(FAULT_STATUS, API);

/** Every code of the gateway with its status, in order of status. */
export const gatewayCodes = (): string => codes(REFUSAL_STATUS, GATEWAY);

function codes<Code extends string>(
  statuses: Readonly<Record<Code, number>>,
  means: Readonly<Record<Code, string>>,
): string {
  const rows = Object.entries<string>(means).map(([name, meaning]) => [
    name,
    statusOf(statuses, name),
    meaning,
  ]);
  return table(
    ["code", "status", "means"],
    rows.toSorted((a, b) => Number(a[1]) - Number(b[1])).map(([name = "", ...rest]) => [code(name), ...rest]),
  );
}

const statusOf = (statuses: object, name: string): string => String(Reflect.get(statuses, name));
