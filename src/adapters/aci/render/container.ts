import { pinnedImage } from "../../../domain/image.ts";
import type { Template, Unit } from "../../../domain/plan.ts";
import type { ArmContainer } from "../arm.ts";
import { probesOf } from "./probes.ts";
import { secretMark } from "./reference.ts";
import { type Asked, type Share, sharesOf } from "./shares.ts";
import { volumesOf } from "./volumes.ts";

/** The containers of one replica, the main one first. `traffic` false leaves out what only a service has. */
export function containersOf({ template, shape }: Unit, traffic: boolean): readonly ArmContainer[] {
  const asked: readonly Asked[] = [
    template.resources,
    ...template.sidecars.map(({ resources }) => resources),
  ];
  const shares = sharesOf(shape, asked);
  const [mine, ...theirs] = shares;
  if (mine === undefined) return [];
  return [
    mainContainer(template, mine, traffic),
    ...template.sidecars.map((sidecar, index): ArmContainer => {
      const { name, image, env, secrets } = sidecar;
      const resources = theirs[index] ?? mine;
      return {
        name,
        properties: {
          image,
          command: commandOf(sidecar),
          environmentVariables: variables(env, secrets),
          resources,
        },
      };
    }),
  ];
}

function mainContainer(template: Template, resources: Share, traffic: boolean): ArmContainer {
  const { name, image, digest, env, secrets } = template;
  const route = traffic ? template.route : undefined;
  const { mounts } = volumesOf(template);
  return {
    name,
    properties: {
      image: digest === undefined ? image : pinnedImage(image, digest),
      command: commandOf(template),
      environmentVariables: variables(
        route === undefined ? env : { ...env, PORT: String(route.port) },
        secrets,
      ),
      resources,
      ports: route === undefined ? undefined : [{ port: route.port, protocol: "TCP" }],
      volumeMounts: mounts.length === 0 ? undefined : mounts,
      ...(route === undefined ? {} : probesOf(template.health, route)),
    },
  };
}

// ACI's command replaces ENTRYPOINT and CMD together; without either the image's own stand.
function commandOf({
  entrypoint = [],
  args = [],
  imageEntrypoint = [],
}: CommandParts): readonly string[] | undefined {
  const head = entrypoint.length > 0 ? entrypoint : args.length > 0 ? imageEntrypoint : [];
  const command = [...head, ...args];
  return command.length === 0 ? undefined : command;
}

type CommandParts = Pick<Template, "entrypoint" | "args" | "imageEntrypoint">;

function variables(env: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>) {
  const list = [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...Object.entries(secrets).map(([name, secret]) => ({ name, secureValue: secretMark(secret) })),
  ];
  return list.length === 0 ? undefined : list;
}
