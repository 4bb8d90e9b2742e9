/** Evidence as lines for a terminal: each call with its fields and result, and what the hypervisor printed. */
import { spacedHexDigits } from '../engine/bytes';
import { otherLines, refusalsIn, placeOf } from '../engine/console';
import type { EvidenceEvent, HypercallEvidence, MemoryEvidence, StopEvidence } from '../engine/evidence';
import { callText, elapsed, fieldText, milliseconds } from './html/hypercall';
import { usualFields } from './html/usual';
import { indented, line, type Line } from './terminal';

/** How many lines at the end of a console are shown. */
const MAX_CONSOLE = 8;
const MAX_BYTES = 16;

function consoleLines(lines: readonly string[]): readonly Line[] {
  const left = lines.length - MAX_CONSOLE;
  const more = left > 0 ? [line(`… ${left} lines before`, 'quiet')] : [];
  return [...more, ...lines.slice(-MAX_CONSOLE).map((text) => line(text, 'quiet'))];
}

function hypercallLines(event: HypercallEvidence): readonly Line[] {
  const { domain, cpu, console } = event;
  const time = elapsed(event);
  const words = [
    callText(event),
    ...(domain === 'control' ? [] : [`by ${domain}`]),
    ...(cpu === 0 ? [] : [`on CPU ${cpu}`]),
    fieldText(event.in, usualFields(event)),
    `→ ${event.returnedName}`,
    fieldText(event.out),
    ...(time === undefined ? [] : [`after ${time}`]),
  ];
  const refused = refusalsIn(console).map((refusal) => {
    const place = placeOf(refusal);
    return line(`${refusal.clause}: ${refusal.says}${place === '' ? '' : ` (${place})`}`, 'quiet');
  });
  return [
    line(words.filter((word) => word !== '').join(' ')),
    ...indented(2, [...refused, ...consoleLines(otherLines(console))]),
  ];
}

function stopLines({ where, why, fault, console }: StopEvidence): readonly Line[] {
  const access = fault === undefined ? '' : ` (${fault.access} of ${fault.address}, ${fault.reason})`;
  return [line(`crashed at ${where}: ${why}${access}`, 'bad'), ...indented(2, consoleLines(console))];
}

function memoryText({ when, symbol, bytes, permissions }: MemoryEvidence): string {
  const shown = spacedHexDigits(Buffer.from(bytes, 'hex').subarray(0, MAX_BYTES));
  return `${symbol} ${permissions} ${when}: ${shown}${bytes.length > MAX_BYTES * 2 ? ' …' : ''}`;
}

/** An event in one line or a few. */
export function eventLines(event: EvidenceEvent): readonly Line[] {
  switch (event.kind) {
    case 'hypercall':
      return hypercallLines(event);
    case 'stop':
      return stopLines(event);
    case 'mismatch':
      return [
        line(event.what, 'bad'),
        line(`  expected  ${event.expected}`, 'good'),
        line(`  found     ${event.found}`, 'bad'),
      ];
    case 'comparison':
      return [line(`${event.what}: ${event.found}`)];
    case 'memory':
      return [line(memoryText(event))];
    case 'execution':
      return [line(`${event.what} on CPU ${event.cpu} returned ${event.returned}`)];
    case 'regions':
      return event.regions.map(({ name, start, size, permissions }) =>
        line(`${event.payload} ${name}: ${start}, ${size} bytes, ${permissions}`),
      );
    case 'stores':
      return [
        line(
          `${event.bytes} bytes stored to ${event.symbol} by CPU ${event.cpu} at ${milliseconds(BigInt(event.time))}`,
        ),
      ];
    case 'role':
      return [line(`${event.role} is ${event.place} (${event.is})`)];
    case 'busy':
      return [
        line(`CPU ${event.cpu} busy from ${milliseconds(BigInt(event.from))} to ${milliseconds(BigInt(event.to))}`),
      ];
    case 'tool':
      return [line(`${event.command} → ${event.ended}`), ...indented(2, consoleLines(event.says))];
  }
}
