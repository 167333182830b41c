import { modelOf, type Member, type ServiceModel } from "../../contracts/aws-models.ts";

/** A request of AWS's query protocols (form fields such as `Filter.1.Name`) as the document it says, by the contract's shapes. */
export function readQuery(service: string, operation: string, form: URLSearchParams): object {
  const model = modelOf(service);
  const input = model.operations[operation]?.input;
  const fields = [...form].filter(([key]) => key !== "Action" && key !== "Version");
  return input === undefined ? {} : readStructure(model, input.shape, "", fields);
}

/** A reply as the XML of AWS's query protocols: `ec2` puts it at the top, `query` into a result of its own. */
export function writeXml(service: string, operation: string, output: object): string {
  const model = modelOf(service);
  const found = model.operations[operation]?.output;
  const body = found === undefined ? "" : writeStructure(model, found.shape, output);
  const wrapper = found?.resultWrapper;
  const inner = wrapper === undefined ? body : `<${wrapper}>${body}</${wrapper}>`;
  return `<${operation}Response>${inner}<requestId>r</requestId></${operation}Response>`;
}

/** An error as EC2 or STS writes it. */
export function writeXmlError(service: string, code: string, message: string): string {
  const error = `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return service === "ec2"
    ? `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`
    : `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`;
}

type Fields = readonly (readonly [string, string])[];

function readStructure(
  model: ServiceModel,
  name: string,
  at: string,
  fields: Fields,
): Record<string, unknown> {
  const members = Object.entries(model.shapes[name]?.members ?? {});
  return Object.fromEntries(
    members.flatMap(([field, member]) => {
      const key = `${at}${queryName(model, field, member)}`;
      const inner = fields.filter(([path]) => path === key || path.startsWith(`${key}.`));
      return inner.length === 0 ? [] : [[field, readValue(model, member.shape, key, inner)]];
    }),
  );
}

function readValue(model: ServiceModel, name: string, at: string, fields: Fields): unknown {
  const shape = model.shapes[name];
  if (shape?.type === "structure") return readStructure(model, name, `${at}.`, fields);
  if (shape?.type === "list") {
    // AWS query protocol: the numbers of a list stand under `member`; EC2's stand under the list itself.
    if (model.metadata.protocol === "query" && !at.endsWith(".member"))
      return readValue(model, name, `${at}.member`, fields);
    const indexes = new Set(fields.map(([path]) => /^\d+/.exec(path.slice(at.length + 1))?.[0] ?? ""));
    return [...indexes].map((index) => {
      const key = `${at}.${index}`;
      const inner = fields.filter(([path]) => path === key || path.startsWith(`${key}.`));
      return readValue(model, shape.member?.shape ?? "", key, inner);
    });
  }
  const text = fields[0]?.[1] ?? "";
  if (shape?.type === "boolean") return text === "true";
  return shape?.type === "integer" ? Number(text) : text;
}

// EC2 writes the names of its XML with a capital letter (AWS, "EC2 query protocol": queryName, then locationName).
function queryName(model: ServiceModel, field: string, { queryName: given, locationName }: Member): string {
  if (model.metadata.protocol !== "ec2") return locationName ?? field;
  const name = given ?? locationName ?? field;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function writeStructure(model: ServiceModel, name: string, value: object): string {
  const members = model.shapes[name]?.members ?? {};
  return Object.entries(value)
    .map(([field, inner]: [string, unknown]) => {
      const member = members[field];
      if (member === undefined) throw new Error(`${name} has no member ${field}`);
      const tag = member.locationName ?? field;
      return `<${tag}>${writeValue(model, member.shape, inner)}</${tag}>`;
    })
    .join("");
}

function writeValue(model: ServiceModel, name: string, value: unknown): string {
  const shape = model.shapes[name];
  if (Array.isArray(value)) {
    const tag = shape?.member?.locationName ?? "member";
    return value
      .map((item: unknown) => `<${tag}>${writeValue(model, shape?.member?.shape ?? "", item)}</${tag}>`)
      .join("");
  }
  if (typeof value === "object" && value !== null) return writeStructure(model, name, value);
  if (shape?.type === "timestamp") return new Date(Number(value) * 1_000).toISOString();
  return escaped(String(value));
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
