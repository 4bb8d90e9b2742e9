/** Steps that end in every way a step can end. The world's parameters are the description of the run. */
import { After, Before, Given, Then } from '@cucumber/cucumber';
import type { World } from '@cucumber/cucumber';
import { EVIDENCE_MEDIA_TYPE, LACK_MEDIA_TYPE, PAYLOAD_MEDIA_TYPE, RUN_MEDIA_TYPE } from '../../engine/evidence';
import type { Evidence, Lack, PayloadListing } from '../../engine/evidence';

const HOSTILE = '"><img src=x onerror=alert(1)>\u0007';
const EVIDENCE: Evidence = {
  events: [
    {
      kind: 'hypercall',
      operation: 'UPLOAD',
      payload: HOSTILE,
      domain: 'control',
      cpu: 0,
      in: { name: HOSTILE, size: 64, payload: { buffer: '0x10100010' } },
      out: {},
      returned: -22,
      returnedName: '-EINVAL',
      console: [
        `(XEN) livepatch: ${HOSTILE}`,
        { rule: 'name', clause: 'FUNC-1', errno: -22, says: 'The name is refused.', payload: 'p', where: HOSTILE },
      ],
      from: '0',
      to: '1500000',
    },
    {
      kind: 'memory',
      when: 'before',
      address: '0xffff82d040200000',
      symbol: 'xen_extra_version',
      bytes: '554889e5c3',
      permissions: 'r-x',
    },
  ],
};
const LACK: Lack = {
  name: 'several-cpus',
  meaning: 'more than one vCPU, and vCPUs that come late to the rendezvous',
};

const PAYLOAD: PayloadListing = {
  name: 'hello',
  description: HOSTILE,
  size: 64,
  entries: [{ entry: 0, field: 'new_addr', value: '.text+0x10' }],
  sections: [{ name: '.text', type: 'PROGBITS', flags: 'ALLOC EXECINSTR', size: 77, alignment: 16 }],
  symbols: [{ name: HOSTILE, binding: 'GLOBAL', type: 'FUNC', section: '.text', value: '0x10', size: 8 }],
  relocations: [{ section: '.livepatch.funcs', offset: '0x8', type: 'R_X86_64_64', to: '.text+0x10' }],
};

Before(function (this: World) {
  void this.attach(JSON.stringify(this.parameters), RUN_MEDIA_TYPE);
  void this.attach(JSON.stringify(PAYLOAD), PAYLOAD_MEDIA_TYPE);
});
Before({ tags: '@needs-several-cpus' }, function (this: World) {
  void this.attach(JSON.stringify(LACK), LACK_MEDIA_TYPE);
  return 'skipped';
});
Before({ tags: '@broken-hook', name: 'prepare' }, () => {
  throw new Error('the hook is broken');
});

After({ tags: '@broken-end', name: 'clean up' }, () => {
  throw new Error('nothing is cleaned up');
});

Given('a hypervisor', function (this: World) {
  void this.attach(JSON.stringify(EVIDENCE), EVIDENCE_MEDIA_TYPE);
});
Then('it passes', () => undefined);
Then('it fails', function (this: World) {
  const mismatch: Evidence = { events: [{ kind: 'mismatch', what: 'the number', expected: '1', found: '2' }] };
  void this.attach(JSON.stringify(mismatch), EVIDENCE_MEDIA_TYPE);
  throw new Error('expected 1, found \u001b[31m2\u001b[39m\nsecond line');
});
Then('it is pending', () => 'pending');
Then('it is ambiguous', () => undefined);
Then(/^it is ambiguous$/, () => undefined);
Then('it skips itself', () => 'skipped');
Then('the states are', (_table: unknown) => undefined);
Then('it says', (_text: string) => undefined);

let isFirst = true;
Then('it passes at the second attempt', () => {
  const fails = isFirst;
  isFirst = false;
  if (fails) throw new Error('not yet');
});
