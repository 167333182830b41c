import { parseArgs } from "node:util";

export interface DemoOptions {
  /** Without a container engine: simulated clouds only. */
  readonly sandbox: boolean;
  /** The person's own spec in place of the demo's. */
  readonly file: string | undefined;
  readonly help: boolean;
}

export const DEMO_HELP = `The main job of Berth, start to finish, on this machine: two agents, three simulated clouds, one workload.

  npm run demo                     on Docker or Podman; on Debian and Ubuntu, as root, it gets podman if there is none
  npm run demo -- -f my.yaml       with your own spec (an image the engine has or can pull)
  npm run demo -- --sandbox        without a container engine: nothing real is started (exit status 3)

  BERTH_NO_INSTALL=1               never install anything
  DOCKER_HOST=unix:///path.sock    the engine to use

The last line on stdout is one JSON object. Exit status 0: all of it happened on a real engine.
`;

/** The demo's options, or the sentence that says what is wrong with the command line. */
export function parseDemoOptions(args: readonly string[]): DemoOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sandbox: { type: "boolean", default: false },
        file: { type: "string", short: "f" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return { sandbox: values.sandbox, file: values.file, help: values.help };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
