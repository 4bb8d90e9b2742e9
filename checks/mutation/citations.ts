/**
 * What a refusal of the reference cites: the rule, the clause, the sentence, the place in the payload. People read it;
 * the hypervisor's caller gets the errno alone. So scenarios cannot notice a change of it, and only unit tests count.
 */
import ts from 'typescript';
import type { Change } from './operators';

const CITED: ReadonlySet<string> = new Set(['name', 'clause', 'says', 'refused', 'field', 'explainedBy']);
/** It says where in the payload's file a refusal is. */
const PLACES = 'engine/reference/livepatch/load/where.ts';

const propertyOf = (object: ts.ObjectLiteralExpression, name: string): ts.PropertyAssignment | undefined =>
  object.properties.filter(ts.isPropertyAssignment).find(({ name: own }) => ts.isIdentifier(own) && own.text === name);

/** A row of a table of rules. */
const isRule = (node: ts.Node | undefined): node is ts.ObjectLiteralExpression =>
  node !== undefined && ts.isObjectLiteralExpression(node) && ['says', 'errno'].every((name) => propertyOf(node, name));

const errnoOf = (rule: ts.ObjectLiteralExpression): string | undefined =>
  propertyOf(rule, 'errno')?.initializer.getText();

/** Whether this property is one that is cited: of a rule, or the place of what rules are asked of. */
function isCited(property: ts.Node): boolean {
  if (!ts.isPropertyAssignment(property)) return false;
  const name = property.name.getText();
  if (name === 'where') return ts.isArrowFunction(property.initializer);
  return CITED.has(name) && isRule(property.parent);
}

const isWithinCited = (node: ts.Node): boolean =>
  isCited(node) || (!ts.isSourceFile(node) && isWithinCited(node.parent));

/** Two rules with one errno: their order decides only which of them is cited. */
function isOrderOfCited({ host, start }: Change): boolean {
  if (!ts.isArrayLiteralExpression(host)) return false;
  const at = host.elements.findIndex((element) => element.getStart() === start);
  const [one, other] = [host.elements[at], host.elements[at + 1]];
  return isRule(one) && isRule(other) && errnoOf(one) === errnoOf(other);
}

function isRemovalOfCited({ host, start, at = start }: Change): boolean {
  return ts.isObjectLiteralExpression(host) && host.properties.some((own) => own.getStart() === at && isCited(own));
}

export function isCitation(change: Change, file: string): boolean {
  if (file === PLACES || isWithinCited(change.host)) return true;
  if (change.operator === 'swap') return isOrderOfCited(change);
  return change.operator === 'removal' && isRemovalOfCited(change);
}
