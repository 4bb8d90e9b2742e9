/**
 * The changes that are made to code, one at a time. They are ours and on TypeScript's own parser, because of our
 * operators only half are among those of other mutators: rows of tables, names of errors and sizes of fields are not.
 */
import ts from 'typescript';
import { ERRNO } from '../../engine/abi/errno';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A change of a file: `becomes` in place of the text from `start` to `end`. */
export interface Mutant extends Range {
  /** file:line:column:operator. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly was: string;
  readonly becomes: string;
  /** The whole expression or statement that exists in two forms. */
  readonly host: Range & { readonly isStatement: boolean };
}

interface Change extends Range {
  readonly operator: string;
  readonly becomes: string;
  readonly host: ts.Node;
  /** Where it is, if not at its start. */
  readonly at?: number;
}

type Operator = (node: ts.Node, source: ts.SourceFile) => readonly Change[];

const rangeOf = (node: ts.Node, to = node): Range => ({ start: node.getStart(), end: to.getEnd() });

type Exchanges = ReadonlyMap<string, string>;

const OTHER_COMPARISON: Exchanges = new Map(
  Object.entries({
    '<': '<=',
    '<=': '<',
    '>': '>=',
    '>=': '>',
    '===': '!==',
    '!==': '===',
  }),
);
const OTHER_ARITHMETIC: Exchanges = new Map(
  Object.entries({
    '+': '-',
    '-': '+',
    '*': '/',
    '/': '*',
    '%': '*',
    '&': '|',
    '|': '&',
    '<<': '>>',
    '>>': '<<',
    '>>>': '<<',
    '+=': '-=',
    '-=': '+=',
  }),
);
const OTHER_LOGIC: Exchanges = new Map(Object.entries({ '&&': '||', '||': '&&' }));
const OTHER_METHOD: Exchanges = new Map(
  Object.entries({
    find: 'findLast',
    findIndex: 'findLastIndex',
    some: 'every',
    every: 'some',
    startsWith: 'endsWith',
    endsWith: 'startsWith',
    indexOf: 'lastIndexOf',
    min: 'max',
    max: 'min',
    push: 'unshift',
    padStart: 'padEnd',
  }),
);
/** Without these, there is still a value of the same type. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  'filter sort toSorted reverse toReversed slice subarray trim concat'.split(' '),
);
const OTHER_SIZE: Exchanges = new Map(
  Object.entries({
    u8: 'u16',
    u16: 'u32',
    u32: 'u16',
    u64: 's64',
    s32: 'u32',
    s64: 'u64',
    be32: 'u32',
  }),
);

const exchange = (table: Exchanges, operator: string): Operator => {
  return (node) => {
    if (!ts.isBinaryExpression(node)) return [];
    const becomes = table.get(node.operatorToken.getText());
    return becomes === undefined ? [] : [{ operator, ...rangeOf(node.operatorToken), becomes, host: node }];
  };
};

/** Without the part before `??`. */
const nullish: Operator = (node) => {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) return [];
  const at = node.operatorToken.getStart();
  return [{ operator: 'nullish', start: node.getStart(), end: node.right.getStart(), at, becomes: '', host: node }];
};

const negation: Operator = (node) =>
  ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken
    ? [{ operator: 'negation', start: node.getStart(), end: node.operand.getStart(), becomes: '', host: node }]
    : [];

function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  return undefined;
}

/** Loops are only left out: if they never ended, that would always be noticed. */
const condition: Operator = (node) => {
  const host = conditionOf(node);
  if (host === undefined) return [];
  const outcomes = ts.isIfStatement(node) || ts.isConditionalExpression(node) ? ['true', 'false'] : ['false'];
  return outcomes.map((outcome) => ({
    operator: `condition-${outcome}`,
    ...rangeOf(host),
    // Else the compiler would find code that is never reached.
    becomes: `(${outcome} as boolean)`,
    host,
  }));
};

const number: Operator = (node) => {
  if (ts.isNumericLiteral(node))
    return [{ operator: 'number', ...rangeOf(node), becomes: String(Number(node.text) + 1), host: node }];
  if (!ts.isBigIntLiteral(node)) return [];
  const value = BigInt(node.getText().replace(/[n_]/g, ''));
  return [{ operator: 'number', ...rangeOf(node), becomes: `${value + 1n}n`, host: node }];
};

const boolean: Operator = (node) => {
  const isTrue = node.kind === ts.SyntaxKind.TrueKeyword;
  if (!isTrue && node.kind !== ts.SyntaxKind.FalseKeyword) return [];
  return [{ operator: 'boolean', ...rangeOf(node), becomes: String(!isTrue), host: node }];
};

const otherErrno = (name: string): string => (name === 'EINVAL' ? 'EOPNOTSUPP' : 'EINVAL');

/** Sentences for people are left alone. */
const text: Operator = (node) => {
  if (!ts.isStringLiteral(node) || node.text.includes(' ')) return [];
  const isErrno = Object.hasOwn(ERRNO, node.text);
  const becomes = isErrno ? `'${otherErrno(node.text)}'` : JSON.stringify(`${node.text}_`);
  return [{ operator: isErrno ? 'errno' : 'string', ...rangeOf(node), becomes, host: node }];
};

const errno: Operator = (node) =>
  ts.isPropertyAccessExpression(node) && Object.hasOwn(ERRNO, node.name.text)
    ? [{ operator: 'errno', ...rangeOf(node.name), becomes: otherErrno(node.name.text), host: node }]
    : [];

const size: Operator = (node) => {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return [];
  const becomes = OTHER_SIZE.get(node.expression.text);
  return becomes === undefined ? [] : [{ operator: 'size', ...rangeOf(node.expression), becomes, host: node }];
};

const method: Operator = (node) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { name, expression } = node.expression;
  if (LEFT_OUT.has(name.text))
    return [{ operator: 'left-out', start: expression.getEnd(), end: node.getEnd(), becomes: '', host: node }];
  const becomes = OTHER_METHOD.get(name.text);
  return becomes === undefined ? [] : [{ operator: 'method', ...rangeOf(name), becomes, host: node }];
};

/** Neighbours change places. */
function swaps(items: readonly ts.Node[], host: ts.Node, { text: all }: ts.SourceFile): readonly Change[] {
  return items.flatMap((item, index): readonly Change[] => {
    const next = items[index + 1];
    if (next === undefined || item.getText() === next.getText()) return [];
    const between = all.slice(item.getEnd(), next.getStart());
    const becomes = next.getText() + between + item.getText();
    return [{ operator: 'swap', ...rangeOf(item, next), becomes, host }];
  });
}

/** Each item with the comma after it, or, for the last one, before it. */
function removals(items: readonly ts.Node[], host: ts.Node): readonly Change[] {
  return items.map((item, index) => {
    const at = item.getStart();
    const [before, next] = [items[index - 1], items[index + 1]];
    const start = next === undefined && before !== undefined ? before.getEnd() : at;
    const last = before === undefined ? host.getEnd() - 1 : item.getEnd();
    return { operator: 'removal', start, end: next?.getStart() ?? last, at, becomes: '', host };
  });
}

const rows: Operator = (node, source) => {
  if (ts.isArrayLiteralExpression(node))
    return [...removals(node.elements, node), ...swaps(node.elements, node, source)];
  if (ts.isObjectLiteralExpression(node)) return removals(node.properties, node);
  if (ts.isCallExpression(node)) return swaps(node.arguments, node, source);
  return [];
};

const statement: Operator = (node) =>
  ts.isExpressionStatement(node) && !ts.isStringLiteral(node.expression)
    ? [{ operator: 'statement', ...rangeOf(node), becomes: ';', host: node }]
    : [];

const returned: Operator = (node) =>
  ts.isReturnStatement(node) && node.expression !== undefined
    ? [{ operator: 'return', ...rangeOf(node.expression), becomes: 'undefined', host: node.expression }]
    : [];

const OPERATORS: readonly Operator[] = [
  exchange(OTHER_COMPARISON, 'comparison'),
  exchange(OTHER_ARITHMETIC, 'arithmetic'),
  exchange(OTHER_LOGIC, 'logic'),
  nullish,
  negation,
  condition,
  number,
  boolean,
  text,
  errno,
  size,
  method,
  rows,
  statement,
  returned,
];

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
