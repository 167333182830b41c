import type { CloudPorts } from "../../cloud-ports.ts";
import type { AciApi } from "../api.ts";
import type { ArmGroup, ArmUsage } from "../arm.ts";
import { classify, isAbsent } from "../classify.ts";
import { limitedCalls } from "../limited.ts";
import type { AciReply } from "./refusal.ts";
import type { AciRequest } from "./request.ts";

/** Where requests go: to a simulated subscription, whoever keeps its state. Throws when no answer comes. */
export type SendAci = (request: AciRequest, signal: AbortSignal) => Promise<AciReply>;

/** Version of the API that the official SDK speaks. */
export const API_VERSION = "2023-05-01";
const MOST_PAGES = 100;

/** Container Instances over requests that something of ours answers, through the same throttle and error table as the SDK. */
export function simulatedAciApi(
  {
    subscriptionId,
    resourceGroup,
    clientId,
  }: { readonly subscriptionId: string; readonly resourceGroup: string; readonly clientId: string },
  ports: Pick<CloudPorts, "throttle" | "sleep" | "draw">,
  send: SendAci,
): AciApi {
  const limited = limitedCalls(ports, { subscriptionId, clientId }, classify);
  const subscription = `/subscriptions/${subscriptionId}`;
  const provider = "/providers/Microsoft.ContainerInstance";
  const groups = `${subscription}/resourceGroups/${resourceGroup}${provider}/containerGroups`;
  const ask = async (method: string, path: string, signal: AbortSignal, more: Partial<AciRequest> = {}) => {
    const query = { "api-version": API_VERSION, ...more.query };
    const reply = await send(
      { method, path, query, ...(more.body === undefined ? {} : { body: more.body }) },
      signal,
    );
    if (reply.status >= 200 && reply.status < 300) return fieldsOf(reply.body);
    throw failure(reply);
  };
  return {
    async list(call) {
      const all: ArmGroup[] = [];
      let query: Readonly<Record<string, string>> = {};
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const body = await limited.read((signal) => ask("GET", groups, signal, { query }), call);
        all.push(...listed<ArmGroup>(body["value"]));
        const next = body["nextLink"];
        if (typeof next !== "string") return all;
        query = Object.fromEntries(new URL(next).searchParams);
      }
      throw failure({
        status: 500,
        headers: {},
        body: { error: { code: "InternalServerError", message: "a list without an end" } },
      });
    },
    get: async (name, call) =>
      await limited.read(async (signal) => {
        try {
          return one<ArmGroup>(await ask("GET", `${groups}/${name}`, signal));
        } catch (error) {
          if (isAbsent(error)) return undefined;
          throw error;
        }
      }, call),
    create: async (name, group, call) =>
      one<ArmGroup>(
        await limited.create(
          (signal) => ask("PUT", `${groups}/${name}`, signal, { body: asSent(group) }),
          call,
        ),
      ),
    async tag(name, tags, call) {
      await limited.change((signal) => ask("PATCH", `${groups}/${name}`, signal, { body: { tags } }), call);
    },
    async remove(name, call) {
      await limited.remove((signal) => ask("DELETE", `${groups}/${name}`, signal), call);
    },
    async logs(name, container, tail, call) {
      const query = { tail: String(tail), timestamps: "true" };
      const path = `${groups}/${name}/containers/${container}/logs`;
      const { content } = await limited.read((signal) => ask("GET", path, signal, { query }), call);
      return typeof content === "string" ? content : "";
    },
    async usages(region, call) {
      const path = `${subscription}${provider}/locations/${region}/usages`;
      return listed<ArmUsage>((await limited.read((signal) => ask("GET", path, signal), call))["value"]);
    },
  };
}

// The same shape that the SDK's errors have, so that one table reads both.
function failure({ status, headers, body }: AciReply): Error {
  const { code = "", message = "no answer came" } = fieldsOf(fieldsOf(body)["error"]);
  const known = new Headers({ ...headers });
  return Object.assign(new Error(String(message)), {
    ...(status === 0 ? { code: "REQUEST_SEND_ERROR" } : { statusCode: status, code: String(code) }),
    response: { headers: known },
  });
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value ?? {}));
const asSent = (group: ArmGroup): unknown => JSON.parse(JSON.stringify(group));
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- replies of our own simulator, which the contract's judge looks at
const listed = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-parameters -- as above
const one = <T>(value: unknown): T => value as T;
