/** What can be written as JSON; a field without a value is left out. */
export type Json = string | number | boolean | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [field: string]: Json | undefined;
}
