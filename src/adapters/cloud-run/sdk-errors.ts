import { AdapterError } from "../../domain/fault.ts";
import { classifyGoogle, codeName, reasonIn } from "./classify.ts";

/** What the official client throws, as one of our kinds: over REST our own error is its cause, over gRPC it has a code. */
export function classifySdk(error: unknown): AdapterError {
  if (!(error instanceof Error)) return classifyGoogle({ message: String(error), cause: error });
  if (error.cause instanceof AdapterError) return error.cause;
  const code: unknown = Reflect.get(error, "code");
  const details: unknown = Reflect.get(error, "details");
  const reason: unknown = Reflect.get(error, "reason");
  return classifyGoogle({
    code: typeof code === "number" ? codeName(code) : undefined,
    message: typeof details === "string" && details !== "" ? details : error.message,
    reason: typeof reason === "string" ? reason : reasonIn(Reflect.get(error, "statusDetails")),
    cause: error,
  });
}
