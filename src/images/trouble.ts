/** Why a registry did not say what an image is. The message is a sentence without its full stop. */
export class RegistryTrouble extends Error {
  /** The registry itself says no in `absent` and `denied`; `unreachable` says nothing about the image. */
  readonly kind: "absent" | "denied" | "unreachable";
  constructor(kind: RegistryTrouble["kind"], message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = "RegistryTrouble";
    this.kind = kind;
  }
}
