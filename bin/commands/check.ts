/** `check`: what the document asks of a live patch, and what a hypervisor's own code does with it. */
import { basename } from 'node:path';
import { createJudge, type Judge } from '../../engine/check/judge';
import { readPayloadFile } from '../../engine/check/payload-file';
import { createReference } from '../../engine/reference';
import type { Target } from '../../engine/target';
import { isUserError, userError } from '../../engine/user-error';
import { createXen, foreignImage } from '../../engine/xen';
import { describeCheck } from '../../reports/check';
import { checkJson } from '../../reports/check-json';
import { isGood, type Checked } from '../../reports/check-reasons';
import { printable } from '../../reports/printable';
import { EXIT, type ExitStatus } from '../exit';
import { xenFile } from '../xen';

/** As the command line has them. */
export interface CheckOptions {
  readonly hypervisor?: string;
  readonly revision?: string;
  readonly buildId?: string;
  readonly json?: boolean;
  readonly console?: boolean;
}

interface Targets {
  readonly reference: Target;
  readonly xen: Target | undefined;
}

/** The build-id that the hypervisor is to have. `length`: bytes of its own, where it has to be as long. */
function otherBuildId(digits: string | undefined, length?: number): { readonly buildId?: Uint8Array } {
  if (digits === undefined) return {};
  const buildId = Buffer.from(digits, 'hex');
  if (!/^([0-9a-f]{2})+$/i.test(digits) || (length !== undefined && buildId.length !== length))
    throw userError(`--build-id ${digits} is no build-id: give ${(length ?? 20) * 2} hexadecimal digits.`);
  return { buildId };
}

function makeTargets({ hypervisor, revision, buildId }: CheckOptions, say: (line: string) => void): Targets {
  if (hypervisor === undefined) {
    const reference = createReference({ revision: revision === '1' ? 1 : 2, ...otherBuildId(buildId) });
    return { reference, xen: undefined };
  }
  const file = xenFile(hypervisor, say);
  const foreign = foreignImage(file);
  const other = otherBuildId(buildId, foreign.buildId.length);
  const xen = createXen({ file, say, ...other });
  const spoken = xen.hypervisor.revision;
  if (revision !== undefined && revision !== String(spoken)) {
    xen.close();
    throw userError(`This Xen speaks revision ${spoken} of the interface: leave out --revision ${revision}.`);
  }
  return { reference: createReference({ revision: spoken, foreign, ...other }), xen };
}

/** What is asked about each file, of hypervisors that are there. */
function createChecker({ reference, xen }: Targets): (path: string) => Checked {
  const { name, buildId } = (xen ?? reference).hypervisor;
  const { revision } = reference.hypervisor;
  const hypervisor = { name, buildId: Buffer.from(buildId).toString('hex') };
  const judges: { readonly reference: Judge; readonly xen: Judge | undefined } = {
    reference: createJudge(reference),
    xen: xen && createJudge(xen),
  };
  return (path) => {
    const { bytes, size } = readPayloadFile(path);
    const title = basename(path);
    return {
      file: path,
      revision,
      hypervisor,
      reference: judges.reference(title, bytes, size),
      xen: judges.xen?.(title, bytes, size),
    };
  };
}

/** One by one; a file that cannot be read keeps nobody from the next. */
function checkAll(
  paths: readonly string[],
  checker: (path: string) => Checked,
  tell: (checked: Checked) => void,
  complain: (line: string) => void,
): ExitStatus {
  let status: ExitStatus = EXIT.expected;
  for (const path of paths) {
    try {
      const checked = checker(path);
      tell(checked);
      if (!isGood(checked) && status === EXIT.expected) status = EXIT.unexpected;
    } catch (error) {
      if (!isUserError(error)) throw error;
      complain(printable(error.message));
      status = EXIT.usage;
    }
  }
  return status;
}

/**
 * Checks the files one by one. Status 1 where a verdict is not good, 2 where a file cannot be read: the others are
 * checked all the same. Throws a user error where there is no hypervisor to ask.
 */
export function check(
  paths: readonly string[],
  options: CheckOptions,
  say: (text: string) => void,
  complain: (line: string) => void,
): ExitStatus {
  const targets = makeTargets(options, complain);
  const describe = (checked: Checked): string =>
    options.json === true ? checkJson(checked) : describeCheck(checked, options);
  try {
    return checkAll(paths, createChecker(targets), (checked) => say(describe(checked)), complain);
  } finally {
    targets.reference.close();
    targets.xen?.close();
  }
}
