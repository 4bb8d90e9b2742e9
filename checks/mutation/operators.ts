/**
 * The changes that are made to code, one at a time. They are our own, on TypeScript's parser, because other mutators do
 * not change rows of tables, names of errors and sizes of fields.
 */
import ts from 'typescript';
import { ERRNO } from '../../engine/abi/errno';

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Of the text from `start` to `end`, within `host`. */
export interface Change extends Range {
  readonly operator: string;
  readonly becomes: string;
  readonly host: ts.Node;
  /** Where it is, if not at its start. */
  readonly at?: number;
}

type Operator = (node: ts.Node, source: ts.SourceFile) => readonly Change[];

export const rangeOf = (node: ts.Node, to = node): Range => ({ start: node.getStart(), end: to.getEnd() });

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
    s32: 'u32',
    u32BigEndian: 'u32',
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
  if (ts.isCallExpression(node) && !/^Math\.(max|min)$/.test(node.expression.getText()))
    return swaps(node.arguments, node, source);
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

export const OPERATORS: readonly Operator[] = [
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
