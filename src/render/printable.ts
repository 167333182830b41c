const CONTROL_SEQUENCE = /\u{1B}\[[0-?]*[ -/]*[@-~]/gu; // oxlint-disable-line no-control-regex -- what is taken out
const TITLE = /\u{1B}\][^\p{Cc}]*/gu; // oxlint-disable-line no-control-regex -- what is taken out
/** What is left of them, and every other control character; tabs stay. */
const CONTROL = /(?!\t)\p{Cc}/gu;

/** Text from a container or a provider as one line that cannot steer the reader's terminal. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL_SEQUENCE, "").replaceAll(TITLE, "").replaceAll(CONTROL, "");
}
