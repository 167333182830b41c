import { eventually } from "../harness/patience.ts";
import type { BrokerProcess } from "./broker-process.ts";
import { jsonOf } from "./json.ts";
import type { Json } from "./json.ts";

const CALL_MS = 30_000;
const PLAN_MS = 120_000;
/** How long one question for a plan's end waits at the broker, s. */
const WAIT_SECONDS = 5;
const ENDED = new Set(["ready", "rolled-back", "failed", "aborted", "superseded", "expired"]);

/** What the broker said: its status, and its body looked into without a type. */
export interface Said {
  readonly status: number;
  readonly body: Json;
}

/** One unit as the broker describes it. */
export interface UnitSeen {
  readonly id: string;
  readonly target: string;
  readonly host: string;
  readonly replicas: number;
  /** Wanted by the plan in force, neither doomed nor left over. */
  readonly wanted: boolean;
}

/** A spec document, of which only the name matters here. */
export type Named = Readonly<Record<string, unknown>> & { readonly name: string };

/** Calls the broker as a pipeline does. */
export interface Client {
  /** Throws when there is no answer. */
  call(method: string, path: string, body?: unknown): Promise<Said>;
  /** Call, expect a plan, and give its id. */
  planOf(method: string, path: string, body?: unknown): Promise<string>;
  /** The plan once it is over, however it ended; a broker that is away meanwhile is waited for. */
  planEnd(id: string): Promise<Json>;
  /** Deploy a spec and give the plan once it is over. */
  deploy(spec: Named): Promise<Json>;
  /** The units of a workload now. Throws when there is no answer. */
  units(workload: string): Promise<readonly UnitSeen[]>;
  /** Body of a 200 answer of the workload through the gateway. */
  get(workload: string, path?: string): Promise<string | undefined>;
  /** Where the workload is in the gateway's path form, without a slash at its end. */
  url(workload: string): string;
}

/** A client of one broker, as its administrator. */
export function clientOf(broker: BrokerProcess): Client {
  const url = (workload: string) => `${broker.gateway}/default/production/${workload}`;
  const call: Client["call"] = async (method, path, body) => {
    const response = await fetch(broker.server + path, {
      method,
      headers: {
        authorization: `Bearer ${broker.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      signal: AbortSignal.timeout(CALL_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: jsonOf(text === "" ? undefined : JSON.parse(text)) };
  };
  const planOf: Client["planOf"] = async (method, path, body) => {
    const { status, body: said } = await call(method, path, body);
    if (status !== 202)
      throw new Error(`${method} ${path} answered ${String(status)}: ${said.at("detail").text()}`);
    return said.at("plan", "id").text();
  };
  const planEnd: Client["planEnd"] = (id) =>
    eventually(
      async () => {
        const path = `/v1/plans/${id}?wait=ready&timeoutSeconds=${String(WAIT_SECONDS)}`;
        const said = await answerOr(call("GET", path));
        return said?.status === 409 ? said.body.at("plan") : (said?.body ?? jsonOf(undefined));
      },
      (plan) => ENDED.has(plan.at("state").text()),
      PLAN_MS,
    );
  return {
    call,
    planOf,
    planEnd,
    deploy: async (spec) => await planEnd(await planOf("PUT", `/v1/workloads/${spec.name}`, { spec })),
    units: async (workload) => {
      const { status, body } = await call("GET", `/v1/workloads/${workload}`);
      if (status === 404) return [];
      return body.at("units").list().flatMap(unitSeen);
    },
    get: (workload, path = "/") => textOf(url(workload) + path),
    url,
  };
}

/** What a call gives; undefined when the other side did not answer, as when it was just killed. */
export async function answerOr<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch {
    return undefined;
  }
}

const ANSWER_MS = 5_000;

async function textOf(url: string): Promise<string | undefined> {
  const response = await answerOr(fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) }));
  const text = response === undefined ? undefined : await answerOr(response.text());
  return response?.status === 200 ? text : undefined;
}

function unitSeen(unit: Json): readonly UnitSeen[] {
  const state = unit.at("state").text();
  if (state === "gone") return [];
  return [
    {
      id: unit.at("id").text(),
      target: unit.at("place", "target").text(),
      host: unit.at("place", "host").text(),
      replicas: Number(unit.at("replicas", "min").value),
      wanted: state === "wanted" && unit.at("wanted").value === true,
    },
  ];
}
