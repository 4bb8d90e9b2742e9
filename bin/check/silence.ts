/**
 * Where the document is silent, this suite makes a choice, and the reference keeps to it. What the reference refuses by
 * a choice alone is no verdict of the document on a payload that hypervisors take.
 */
import { answerOf, failureOf, type Verdict } from '../../engine/check/verdict';
import type { CitedRefusal } from '../../engine/refusal';
import { isChoice, loadCatalogue, type Catalogue, type ChosenClause } from '../../features/catalogue';

/** How a choice says that no hypervisor makes it. */
const ALONE = /^no hypervisor\b/;

/** What a verdict is bad for: the first step's refusal. Undefined where it is bad for something else. */
function decisiveRefusal(verdict: Verdict): CitedRefusal | undefined {
  const { stopped, changed, unmet, upload, apply, revert, revertAgain, unload } = verdict;
  if (stopped !== undefined || changed.length > 0 || unmet.length > 0) return undefined;
  if (upload !== undefined && upload.rc !== 0) return upload.refusal;
  return [apply, revert, revertAgain, unload].find((step) => step !== undefined && failureOf(step) !== 0)?.refusal;
}

/** Read when it is first needed: for most payloads it is not. */
let catalogue: Catalogue | undefined;

function chosen(id: string): ChosenClause | undefined {
  catalogue ??= loadCatalogue();
  const clause = catalogue.clause(id);
  return isChoice(clause) ? clause : undefined;
}

/**
 * The reference's verdict as the document's: nobody can tell where only a choice of this suite speaks against the
 * payload, and Xen's code takes it; without Xen's code, where no hypervisor makes that choice.
 */
export function asDocument(reference: Verdict, xen: Verdict | undefined): Verdict {
  if (answerOf(reference) !== 'bad' || (xen !== undefined && answerOf(xen) !== 'good')) return reference;
  const refusal = decisiveRefusal(reference);
  const choice = refusal === undefined ? undefined : chosen(refusal.clause);
  if (choice === undefined || (xen === undefined && !ALONE.test(choice.like))) return reference;
  const others = xen === undefined ? 'no hypervisor makes it' : "Xen's code takes the payload";
  return { ...reference, unsure: `The document is silent here. To refuse is a choice of this suite, and ${others}.` };
}
