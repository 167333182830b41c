import { AdapterError } from "../../domain/fault.ts";
import type { CheckLine } from "../../domain/trust.ts";
import { members } from "./members.ts";

/** The lines of one question; one line that says why where it could not be asked. */
export async function asLine(
  name: string,
  ask: () => Promise<readonly CheckLine[]>,
): Promise<readonly CheckLine[]> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const verdict = error.kind === "denied" ? "refused" : "cannot be proved";
    return [{ name, verdict, message: error.message }];
  }
}

/** A line for each permission, from the answer to `testIamPermissions`; `missing` says what to do about one that is not held. */
export function grantLines(
  permissions: readonly string[],
  answer: unknown,
  missing: string,
): readonly CheckLine[] {
  const held = members(answer, "permissions");
  return permissions.map((permission): CheckLine => {
    const has = held.includes(permission);
    const message = has ? "Google says that Berth has it." : missing;
    return { name: permission, verdict: has ? "ok" : "refused", message };
  });
}
