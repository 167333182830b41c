import type { SecretStore } from "../../../src/store/secret-store.ts";

const refuse = async () => await Promise.reject(new Error("no simulation has secrets"));

/** Secrets, of which simulations have none. */
export function secrets(): SecretStore {
  return {
    secret: async () => undefined,
    secrets: async () => [],
    secretsNamed: async () => [],
    secretVersions: async () => [],
    lastSecretVersion: async () => 0,
    putSecret: refuse,
    sealedSecret: async () => undefined,
    deleteSecret: async () => "absent",
    secretUses: async () => [],
    secretTargets: async () => [],
    secretsNotUnder: async () => [],
    resealSecret: refuse,
  };
}
