import highsModule from "highs";

/**
 * HiGHS, compiled to WebAssembly. Its types say CommonJS while Node loads its ES module, whose default export is the loader itself.
 */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const loadHighs = highsModule as unknown as typeof highsModule.default;

export const highs = await loadHighs();

/** A number as linear programs are written: never with an exponent. */
export const decimal = (value: number): string => value.toFixed(9);
