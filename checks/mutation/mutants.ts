/** The mutants of a file: each change that an operator makes of its code. */
import ts from 'typescript';
import { isCitation } from './citations';
import { type Change, OPERATORS, type Range, rangeOf } from './operators';

/** A change of a file: `becomes` in place of the text from `start` to `end`. */
export interface Mutant extends Range {
  /** file:line:column:operator. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly was: string;
  readonly becomes: string;
  /** Only what people read of a refusal changes. */
  readonly isCitation: boolean;
  /** The whole expression or statement that exists in two forms. */
  readonly host: Range & { readonly isStatement: boolean };
}

/** What is not run, or only says what a programmer did wrong. */
function isLeftAlone(node: ts.Node): boolean {
  return (
    (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isThrowStatement(node)
  );
}

/** A name or an attribute's text cannot be an expression with two forms. */
function isName(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isJsxAttribute(parent)) return true;
  return (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) && parent.name === node;
}

/** The names on the left of `[a, b] = …` are no list. */
const isPattern = (node: ts.Node): boolean =>
  (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) &&
  ts.isBinaryExpression(node.parent) &&
  node.parent.left === node &&
  node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** A part of a chain such as `a?.b.c()`, or what is called, is replaced as a whole. */
function switchable(node: ts.Node): ts.Node {
  const { parent } = node;
  const isCalled = ts.isCallExpression(parent) && parent.expression === node && !ts.isCallExpression(node);
  const isChained = ts.isOptionalChain(parent) && parent.expression === node;
  return isCalled || isChained ? switchable(parent) : node;
}

function mutantFrom(change: Change, file: string, source: ts.SourceFile): Mutant {
  const { operator, start, end, becomes, host, at = start } = change;
  const { line, character } = source.getLineAndCharacterOfPosition(at);
  const whole = switchable(host);
  return {
    id: `${file}:${line + 1}:${character + 1}:${operator}`,
    file,
    line: line + 1,
    operator,
    start,
    end,
    was: source.text.slice(start, end),
    becomes,
    isCitation: isCitation(change, file),
    host: { ...rangeOf(whole), isStatement: ts.isExpressionStatement(whole) },
  };
}

/** All mutants of a file, in the order of its text. */
export function mutantsOf(file: string, content: string): readonly Mutant[] {
  const kind = file.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.ES2022, true, kind);
  // By their ids: a condition may begin where another one does.
  const found = new Map<string, Mutant>();
  const visit = (node: ts.Node): void => {
    if (isLeftAlone(node) || isPattern(node)) return;
    const changes = isName(node) ? [] : OPERATORS.flatMap((operator) => operator(node, source));
    for (const change of changes) {
      const mutant = mutantFrom(change, file, source);
      if (!found.has(mutant.id)) found.set(mutant.id, mutant);
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return [...found.values()];
}

/** The file with one change. */
export const changed = (content: string, { start, end, becomes }: Mutant): string =>
  content.slice(0, start) + becomes + content.slice(end);
