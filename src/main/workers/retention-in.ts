import { Fault } from "../../domain/fault.ts";
import { parseRetention, type Retention, type RetentionVariables } from "../retention.ts";

/** How long things are kept here. Throws `unavailable` with the variable's name where one does not say. */
export function retentionIn(env: RetentionVariables): Retention {
  const { retention, problems } = parseRetention(env);
  if (problems.length > 0) throw new Fault("unavailable", problems.join(" "));
  return retention;
}
