import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

import * as api from "../lib";

const LIB = join(__dirname, "../lib");

type Documented = ts.InterfaceDeclaration | ts.ClassDeclaration | ts.EnumDeclaration;

const sources = readdirSync(LIB, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
  .map((path) =>
    ts.createSourceFile(path, readFileSync(join(LIB, path), "utf8"), ts.ScriptTarget.ES2022, true),
  );

const index = sources.find(({ fileName }) => fileName === "index.ts") as ts.SourceFile;

/** Names that `lib/index.ts` exports, types included. */
const publicNames = index.statements
  .filter(ts.isExportDeclaration)
  .flatMap(({ exportClause }) =>
    exportClause !== undefined && ts.isNamedExports(exportClause)
      ? exportClause.elements.map(({ name }) => name.text)
      : [],
  );

const exported = sources.flatMap((source) =>
  source.statements.filter(
    (statement) =>
      !ts.isExportDeclaration(statement) &&
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
  ),
);

const publicTypes = exported.filter(
  (statement): statement is Documented =>
    (ts.isInterfaceDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement)) &&
    publicNames.includes(statement.name?.text ?? ""),
);

function hasDoc(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0;
}

function hasTag(node: ts.Node, tag: string): boolean {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === tag);
}

function where(node: ts.Node & { readonly name?: ts.Node }): string {
  return `${node.getSourceFile().fileName}: ${(node.name ?? node).getText().split("\n")[0]}`;
}

/** Names declared by the interfaces a class implements, where their documentation is. */
function inherited(declaration: Documented): string[] {
  if (!ts.isClassDeclaration(declaration)) return [];
  const names = (declaration.heritageClauses ?? []).flatMap(({ types }) =>
    types.map((type) => type.getText()),
  );
  return publicTypes
    .filter((type) => ts.isInterfaceDeclaration(type) && names.includes(type.name.text))
    .flatMap((type) => [...type.members].map((member) => member.name?.getText() ?? ""));
}

/** What a user of a type sees: no private members, and no constructors, whose props are documented. */
function visibleMembers(declaration: Documented): (ts.Declaration & { readonly name?: ts.Node })[] {
  const documentedElsewhere = inherited(declaration);
  return [...declaration.members].filter(
    (member) =>
      !ts.isConstructorDeclaration(member) &&
      !(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) &&
      !documentedElsewhere.includes(member.name?.getText() ?? ""),
  );
}

describe("the public API", () => {
  it("is these names", () => {
    expect(publicNames).toEqual([
      "AptPackage",
      "ArtifactSource",
      "DownloadOptions",
      "MachineSize",
      "MachineImage",
      "NodeArtifacts",
      "HealthCheck",
      "HealthCheckOptions",
      "MesosClusterAttributes",
      "LauncherOptions",
      "MesosHost",
      "IMesosCluster",
      "MesosCluster",
      "MesosClusterProps",
      "MesosTask",
      "MesosTaskProps",
      "NodeOptions",
      "ServiceCheck",
      "ServiceCheckProps",
      "SshAccess",
      "TaskLink",
      "UpdateStrategy",
      "NetworkAttributes",
      "INetwork",
      "NatGateways",
      "Network",
      "NetworkProps",
      "SockShop",
      "SockShopProps",
      "SockShopServiceOptions",
      "WeaveNetwork",
      "WeaveNetworkProps",
    ]);
    expect(publicTypes).toHaveLength(publicNames.length);
  });

  it("has these classes and enums when it runs", () => {
    const values = Object.entries(api).filter(([, value]) => value !== undefined);

    expect(values.map(([name]) => name).sort()).toEqual([
      "ArtifactSource",
      "HealthCheck",
      "MachineImage",
      "MesosCluster",
      "MesosTask",
      "NatGateways",
      "Network",
      "ServiceCheck",
      "SockShop",
      "UpdateStrategy",
      "WeaveNetwork",
    ]);
  });

  it("says of every member what it is", () => {
    const silent = publicTypes.flatMap(visibleMembers).filter((member) => !hasDoc(member));

    expect(silent.map(where)).toEqual([]);
  });

  it("says of every optional property what holds without it", () => {
    const optional = publicTypes
      .filter(ts.isInterfaceDeclaration)
      .flatMap(({ members }) => [...members])
      .filter(({ questionToken }) => questionToken !== undefined);

    expect(optional.length).toBeGreaterThan(30);
    expect(optional.filter((member) => !hasTag(member, "default")).map(where)).toEqual([]);
  });
});

describe("everything exported", () => {
  it("says what it is, also where it is for the library only", () => {
    expect(exported.length).toBeGreaterThan(80);
    expect(exported.filter((statement) => !hasDoc(statement)).map(where)).toEqual([]);
  });
});
