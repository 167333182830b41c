import { z } from "zod";

/** Names of the fields the schema knows at `path` below it; none where it takes any name. */
export function knownFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const objects = path.reduce<readonly z.core.$ZodType[]>(
    (level, key) => level.flatMap((one) => childrenOf(one, key)),
    [schema],
  );
  return objects
    .flatMap((one) => unwrap(one))
    .flatMap((one) => {
      if (one instanceof z.ZodRecord)
        return one.keyType instanceof z.ZodEnum ? one.keyType.options.map(String) : [];
      return one instanceof z.ZodObject ? Object.keys(one.shape) : [];
    });
}

function childrenOf(schema: z.core.$ZodType, key: PropertyKey): readonly z.core.$ZodType[] {
  return unwrap(schema).flatMap((one): readonly z.core.$ZodType[] => {
    if (one instanceof z.ZodArray) return [one.element];
    const field: unknown = one instanceof z.ZodObject ? Reflect.get(one.shape, key) : undefined;
    return field instanceof z.ZodType ? [field] : [];
  });
}

// Defaults, options, alternatives and transforms are wrappers; what they wrap has the fields.
function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.def.innerType);
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => unwrap(option));
  return [schema];
}
