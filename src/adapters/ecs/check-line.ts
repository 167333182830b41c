import { AdapterError } from "../../domain/fault.ts";
import type { CheckLine } from "../../domain/trust.ts";
import type { Call } from "../adapter.ts";
import type { InputOf, Operation, OutputOf } from "./api.ts";
import type { Cloud } from "./cloud.ts";

/** What one call has proved. */
export type Verdict = Omit<CheckLine, "name">;

export const ok = (message: string): Verdict => ({ verdict: "ok", message });
export const refused = (message: string): Verdict => ({ verdict: "refused", message });

/** One read and what its answer proves. What AWS refuses is refused; with any other trouble nothing is proved. */
export async function line<Name extends Operation>(
  cloud: Cloud,
  name: string,
  region: string,
  operation: Name,
  input: InputOf<Name>,
  call: Call,
  judge: (output: OutputOf<Name>) => Verdict,
  /** What it proves that what was asked for is not there; nothing when absent. */
  absent?: string,
): Promise<CheckLine> {
  try {
    return { name, ...judge(await cloud.send(region, operation, input, call)) };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    if (error.kind === "conflict" && absent !== undefined) return { name, ...ok(absent) };
    const proved = error.kind === "denied" || error.kind === "invalid";
    return { name, verdict: proved ? "refused" : "cannot be proved", message: error.message };
  }
}
