import type { Call } from "../adapter.ts";
import { callCloud } from "../call-cloud.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { mayBeAbsent, type SendRest } from "./api.ts";
import { restBucket } from "./buckets.ts";
import { classifyGoogle } from "./classify.ts";
import type { CloudRunConfig } from "./config.ts";
import { fetchJson, originOf } from "./fetch-json.ts";

/** The APIs without an official client here (Secret Manager, Logging, Resource Manager, Service Usage), over plain REST. */
export function restOver(
  config: CloudRunConfig,
  ports: CloudPorts,
  token: (call: Call) => Promise<string>,
): SendRest {
  return async (request, call) => {
    const { service, method, path, query, body, repeatable } = request;
    const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
    const url = `${originOf(config, service)}${path}${search}`;
    return await callCloud(
      ports,
      {
        bucket: restBucket(config.projectId, request),
        repeatable,
        classify: (error) => classifyGoogle({ message: String(error), code: "UNAVAILABLE", cause: error }),
        send: async (signal) => {
          const bearer = await token({ signal });
          const answer = await fetchJson(ports.fetch, { url, method, body, token: bearer }, signal);
          if (answer.status === 404 && mayBeAbsent(method)) return undefined;
          if (answer.trouble !== undefined) throw classifyGoogle(answer.trouble);
          return answer.json;
        },
      },
      call,
    );
  };
}
