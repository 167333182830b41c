import type { Flag, Given } from "./command.ts";

/** Flags of every command. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "no-color", summary: "plain text on a terminal too; NO_COLOR=1 does the same" },
  { name: "help", short: "h", summary: "this text" },
];

export const JSON_FLAG: Flag = { name: "json", summary: "print the API's own answer" };

export const FILE_FLAG: Flag = {
  name: "file",
  short: "f",
  value: "FILE",
  required: true,
  summary: "the spec, YAML or JSON; - reads standard input",
};

/** The same where several specs can be decided together. */
export const SPECS_FLAG: Flag = {
  ...FILE_FLAG,
  summary:
    "the spec; several with --- between them, or a folder of them, go together; - reads standard input",
};

export const YES_FLAG: Flag = { name: "yes", short: "y", summary: "do not ask" };

/** Flags of every command that talks to a broker. */
export const BROKER_FLAGS: readonly Flag[] = [
  JSON_FLAG,
  { name: "environment", short: "e", value: "NAME", summary: "default production; also BERTH_ENVIRONMENT" },
  { name: "project", value: "NAME", summary: "for an administrator's token; also BERTH_PROJECT" },
  { name: "server", value: "URL", summary: "default http://127.0.0.1:8787; also BERTH_SERVER" },
  { name: "token", value: "TOKEN", summary: "shows in process lists: set BERTH_TOKEN instead" },
];

/** Flags of every command that may wait for a plan. */
export const WAIT_FLAGS: readonly Flag[] = [
  { name: "no-wait", summary: "return as soon as the plan is accepted" },
  {
    name: "timeout",
    value: "SECONDS",
    summary: "stop waiting after this long; default 1200. The plan goes on",
  },
];

export const EMERGENCY_FLAG: Flag = {
  name: "emergency",
  value: "REASON",
  summary: "past freezes, approvals, budgets and price caps; needs the scope emergency, and is an event",
};

/** What `--emergency` adds to the body of a change. */
export function emergencyIn(given: Given): { readonly emergency?: { readonly reason: string } } {
  const reason = given.flags["emergency"];
  return reason === undefined ? {} : { emergency: { reason } };
}

/** `-f FILE`, or `--to PLACE` where there is no letter for it. */
export function spellFlag({ name, short, value }: Flag): string {
  return `${short === undefined ? `--${name}` : `-${short}`}${value === undefined ? "" : ` ${value}`}`;
}
