import { posix } from 'node:path';
import ts from 'typescript';

/** One place at which a file names another file or a package. */
export interface Import {
  /** As written; nothing where it is computed at run time and nobody can read it. */
  readonly specifier: string | undefined;
  /** The file of the tree that is meant; nothing for packages and for files that are not there. */
  readonly target: string | undefined;
  readonly line: number;
}

/** One use of something that has a single door in this house. */
export interface Use {
  readonly of: 'clock' | 'transaction' | 'call';
  /** As written, for the message. */
  readonly words: string;
  readonly line: number;
}

/** What one source file names and uses. */
export interface Module {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly uses: readonly Use[];
}

const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const CLOCK_MEMBERS = new Set(['Date.now', 'Temporal.Now', 'performance.now', 'performance.timeOrigin', 'process.hrtime']);
const GLOBALS = new Set(['globalThis', 'global']);
const TIMER_PACKAGES = /^(node:)?timers(\/promises)?$/;
const CALL_PACKAGES = /^(undici|axios|got|node-fetch|@whatwg-node\/(node-)?fetch)(\/|$)/;

/**
 * Reads a file with the compiler's own parser, so that an import counts in every form there is: of a value or a type, re-exported,
 * dynamic, inside a type, or as a file handed to a worker or child process. `paths` are the files that a name may mean.
 */
export function readModule(path: string, source: string, paths: { has(path: string): boolean }): Module {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2023, true);
  const imports: Import[] = [];
  const uses: Use[] = [];
  const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const addUse = (of: Use['of'], words: string, node: ts.Node) => uses.push({ of, words, line: lineOf(node) });
  const addImport = (node: ts.Node, named: ts.Node | undefined) => {
    const specifier = named && ts.isStringLiteralLike(named) ? named.text : undefined;
    imports.push({ specifier, target: specifier === undefined ? undefined : findTarget(path, specifier, paths), line: lineOf(node) });
    if (specifier !== undefined && TIMER_PACKAGES.test(specifier)) addUse('clock', specifier, node);
    if (specifier !== undefined && CALL_PACKAGES.test(specifier)) addUse('call', specifier, node);
  };

  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) addImport(node, node.moduleSpecifier);
    else if (ts.isImportTypeNode(node)) addImport(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isExternalModuleReference(node)) addImport(node, node.expression);
    else if (ts.isCallExpression(node)) visitCall(node);
    else if (ts.isNewExpression(node)) visitNew(node);
    else if (ts.isPropertyAccessExpression(node)) {
      const words = withoutGlobal(node.getText(file));
      if (CLOCK_MEMBERS.has(words)) addUse('clock', words, node);
    } else if (ts.isIdentifier(node) && TIMERS.has(node.text) && isGlobalValue(node)) addUse('clock', node.text, node);
    else if (ts.isIdentifier(node) && node.text === 'fetch' && isGlobalValue(node)) addUse('call', node.text, node);
    ts.forEachChild(node, visit);
  };
  const visitCall = (node: ts.CallExpression) => {
    const callee = node.expression;
    if (callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')) addImport(node, node.arguments[0]);
    if (callee.getText(file) === 'import.meta.resolve') addImport(node, node.arguments[0]);
    if (withoutGlobal(callee.getText(file)) === 'Date') addUse('clock', 'Date()', node);
    if (ts.isPropertyAccessExpression(callee) && /^(transaction|save)$/.test(callee.name.text)) addUse('transaction', `.${callee.name.text}(`, node);
  };
  const visitNew = (node: ts.NewExpression) => {
    const callee = withoutGlobal(node.expression.getText(file));
    const [first, base] = node.arguments ?? [];
    if (callee === 'Date' && !first) addUse('clock', 'new Date', node); // with an argument it only reads or writes a time that somebody knows
    // A file opened beside the module is an import only where it is a module itself; data is not.
    if (callee === 'URL' && base?.getText(file) === 'import.meta.url' && first && ts.isStringLiteralLike(first) && isCode(first.text)) addImport(node, first);
  };
  visit(file);
  return { path, imports, uses };
}

/** Whether a file is read as a module. */
export function isCode(path: string): boolean {
  return /\.[mc]?[jt]s$/.test(path);
}

function findTarget(from: string, specifier: string, paths: { has(path: string): boolean }): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from), specifier);
  // Without its suffix, or with the compiled one, an import still means the file; that it should be written otherwise is another rule.
  return [path, path.replace(/\.js$/, '.ts'), `${path}.ts`, `${path}/index.ts`].find((candidate) => paths.has(candidate));
}

function withoutGlobal(words: string): string {
  return words.replace(/^(globalThis|global)\./, '');
}

/** An identifier that stands for the global of that name: not a property of something else, not the name of a thing declared here. */
function isGlobalValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return ts.isIdentifier(parent.expression) && GLOBALS.has(parent.expression.text);
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isImportSpecifier(parent)) return false; // the package it comes from is judged instead
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !('name' in parent && parent.name === node);
}
