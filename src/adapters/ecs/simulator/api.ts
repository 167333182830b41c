import type { EcsApi, Operation, OutputOf } from "../api.ts";
import type { EcsReply, EcsRequest } from "./simulate.ts";
import { serviceOf } from "./simulate.ts";

/** Somebody who answers calls as AWS does: the simulator over a state that is kept somewhere. */
export type Answer = (request: EcsRequest, signal: AbortSignal) => Promise<EcsReply>;

/** Looks at every request and every result, and throws when one breaks the vendor's contract. */
export type Judge = (way: "request" | "reply", request: EcsRequest, document: unknown) => void;

/** The adapter's port straight over the simulator: no SDK and no network, the SDK's own shapes of results and errors. */
export function simulatedEcsApi(answer: Answer, judge?: Judge): EcsApi {
  return {
    async send<Name extends Operation>(
      region: string,
      operation: Name,
      input: unknown,
      { signal }: { readonly signal: AbortSignal },
    ): Promise<OutputOf<Name>> {
      signal.throwIfAborted();
      const document: unknown = JSON.parse(JSON.stringify(input));
      const request: EcsRequest = { service: serviceOf(operation), operation, region, input: document };
      judge?.("request", request, document);
      const reply = await answer(request, signal);
      if (reply.said === "nothing")
        throw Object.assign(new Error("the connection ended before an answer"), { code: "ECONNRESET" });
      if (reply.said === "error") throw awsError(reply);
      judge?.("reply", request, reply.output);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the simulator's answer to this operation, judged against its contract
      return withDates(reply.output) as OutputOf<Name>;
    },
  };
}

/** An error as the SDK throws it: the code is its name. */
function awsError({ code, message, status, resourceIds }: Extract<EcsReply, { said: "error" }>): Error {
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode: status }, resourceIds });
  error.name = code;
  return error;
}

/** Fields that are moments: everything that ends in one of these. Numbers elsewhere (milliseconds of logs) stay. */
const MOMENT = /(At|Date|Expiration)$/;

// The SDK reads a moment into a Date.
function withDates(value: unknown, field = ""): unknown {
  if (typeof value === "number" && MOMENT.test(field)) return new Date(value * 1_000);
  if (Array.isArray(value)) return value.map((item: unknown) => withDates(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [key, withDates(inner, key)]),
  );
}
