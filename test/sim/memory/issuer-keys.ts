import type { IssuerKeyStore } from "../../../src/store/issuer-keys.ts";

/** Simulated clouds ask for no token: what keeps the issuer's keys is held against real databases instead. */
export function issuerKeys(): IssuerKeyStore {
  return {
    issuerKeys: async () => [],
    addIssuerKey: async () => false,
    resealIssuerKey: async () => false,
  };
}
