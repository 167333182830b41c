import { SPEC } from "../deployed.ts";
import type { World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

/** A rule that asks for somebody else's word. */
export const TWO_EYES = {
  name: "two-eyes",
  on: ["deploy", "migrate"],
  effect: "approve",
  message: "ask the shop team",
};

/** A rule that denies what the specs of these tests deploy. */
export const OWN_REGISTRY = {
  name: "own-registry",
  on: ["deploy"],
  when: 'image.registry != "registry.acme.example"',
  effect: "deny",
  message: "use registry.acme.example",
};

/** What tests of rules do: deploy under an inline policy, post as somebody, and make a token for a person. */
export function ruled(world: () => World) {
  return {
    put: (policy: object, more: object = {}, token?: string) =>
      world().call("/v1/workloads/web", {
        method: "PUT",
        json: { spec: { ...SPEC, policy }, ...more },
        token,
      }),
    post: (path: string, token: string, json?: object) => world().call(path, { method: "POST", token, json }),
    personWith: async (name: string, scopes: readonly string[], instance = false) =>
      (await tokenWith(world(), scopes, "", { name, ...(instance ? { instance } : {}) })).secret,
  };
}
