/** Why no answer of a broker came: nobody listens, too late, the connection broke, it was no broker, or Ctrl-C. */
export type NoAnswer = "refused" | "late" | "broken" | "foreign" | "interrupted";

/** No answer of a broker came. The message is a sentence for a person. */
export class Unreachable extends Error {
  readonly server: string;
  readonly why: NoAnswer;
  constructor(
    server: string,
    why: NoAnswer,
    options: ErrorOptions & { readonly timeoutMs?: number; readonly detail?: string } = {},
  ) {
    super(SENTENCE[why](server, options.timeoutMs ?? 0, options.detail ?? innermost(options.cause)), options);
    this.name = "Unreachable";
    this.server = server;
    this.why = why;
  }
}

const SENTENCE: Readonly<Record<NoAnswer, (server: string, timeoutMs: number, detail: string) => string>> = {
  refused: (server) => `no broker at ${server}`,
  late: (server, timeoutMs) => `no answer from ${server} within ${timeoutMs / 1_000} s`,
  broken: (server, _, detail) => `the connection to ${server} failed: ${detail}`,
  foreign: (server, _, detail) => `${server} does not answer as a Berth broker does: ${detail}`,
  interrupted: () => "interrupted",
};

// `fetch failed` says nothing; the socket's own error does.
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : innermost(error.cause);
}
