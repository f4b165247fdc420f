/** Reads `--attributes=zone:a;instance_type:t3.large`. */
export function parseAttributes(text = ""): Readonly<Record<string, string>> {
  const parts = text.split(";").filter((part) => part.trim() !== "");
  return Object.fromEntries(
    parts.map((part) => {
      const at = part.indexOf(":");
      if (at < 0) throw new Error(`Invalid attribute key:value pair '${part}'`);
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    }),
  );
}
