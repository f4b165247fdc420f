import fc from "fast-check";

/** What template languages, shells and JSON trip over. */
const TROUBLE = [
  "${",
  "%{",
  "$${",
  "%%{",
  "}",
  "$",
  "%",
  "{",
  "~",
  "${TfToken[",
  "${TfToken[]}",
  '"',
  "'",
  "\\",
  "\n",
  "\r\n",
  "\t",
  "\0",
  "\u007f",
  "\u2028",
  "é",
  "e\u0301",
  "日本",
  "🧦",
  "<&>",
  "`",
  "EOF",
];

/** Any text a person can write, more often than not a troublesome one. */
export const anyText = fc
  .array(fc.oneof(fc.constantFrom(...TROUBLE), fc.string({ unit: "binary", maxLength: 8 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));
