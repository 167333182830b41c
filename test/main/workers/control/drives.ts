import { driveCloudRun } from "./drive-cloud-run.ts";

/** What one target has seen of a unit's life. */
export interface Driven {
  readonly target: string;
  /** Phase after apply, when settled, and after scaling. */
  readonly phases: readonly string[];
  readonly replicas: number;
  readonly run: string | undefined;
  readonly logLines: number;
  readonly destroyed: string;
  /** How a refused call was understood. */
  readonly refusal: string;
  /** Requests that carried another target's token: none, ever. */
  readonly foreignTokens: number;
  /** Everything that was sent and answered, in the words of the cloud's API: judged where the contracts can be read. */
  readonly exchanges: readonly { readonly request: object; readonly reply: object }[];
}

/** Each cloud's adapter, driven through a unit's life for several targets at once. A cloud is a file and its line here. */
export const DRIVES: Readonly<Record<string, () => Promise<readonly Driven[]>>> = {
  "cloud-run": driveCloudRun,
};
