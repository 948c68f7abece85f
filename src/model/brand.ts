declare const brand: unique symbol;

/** A string that has been checked to be what its name says; made only by the parser beside the type. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };
