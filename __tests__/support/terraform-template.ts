/**
 * Reads a template the way Terraform does, as far as it holds no live part: `$${` is `${`, and `%%{` is `%{`.
 *
 * @throws Error when a part is live
 */
export function readTemplate(template: string): string {
  return template.replace(/[$%]?[$%]\{/g, (opening) => {
    if (opening !== "$${" && opening !== "%%{")
      throw new Error(`${JSON.stringify(template)} holds a live part`);
    return opening.slice(1);
  });
}
