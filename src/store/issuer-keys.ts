/** A key of Berth's own token issuer. It is published from its making on, and signs from `signsFrom` until the next one does. */
export interface IssuerKey {
  /** Counts from 1. */
  readonly number: number;
  /** The `kid` in its tokens: the key's own thumbprint (RFC 7638). */
  readonly id: string;
  /** The public part of an RSA key, as JWK has it (RFC 7518, section 6.3.1). */
  readonly publicKey: { readonly n: string; readonly e: string };
  /** The private part as PKCS #8 PEM, sealed. */
  readonly sealed: string;
  readonly createdAt: number;
  readonly signsFrom: number;
}

/** The part of the store that keeps the issuer's keys. */
export interface IssuerKeyStore {
  /** All of them, in order. */
  issuerKeys(): Promise<readonly IssuerKey[]>;
  /** Adds the key whose number comes next, and drops those before `dropBelow`. False, and nothing done, when its number is taken. */
  addIssuerKey(key: IssuerKey, dropBelow: number): Promise<boolean>;
  /** Puts the same private part under another seal; false when the old seal is not there any more. */
  resealIssuerKey(number: number, from: string, to: string): Promise<boolean>;
}
