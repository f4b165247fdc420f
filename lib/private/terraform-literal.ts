/**
 * Escapes a text so that Terraform hands it on byte for byte.
 *
 * cdktf escapes nothing: `${` and `%{` in a string are live template syntax. Tokens of cdktf (`${TfToken[…]}`)
 * are left alone, so a text may hold references beside literal parts.
 *
 * This is the one escape function of the library.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1
 */
export function terraformLiteral(text: string): string {
  // A function as replacement: in a replacement string `$$` means one `$`, and nothing would be escaped.
  return text.replace(/\$\{(?!TfToken\[[\w:.-]+\]\})/g, () => "$${").replace(/%\{/g, () => "%%{");
}
