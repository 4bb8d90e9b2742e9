/** Given: options of the hypervisor: what its owner may choose, and what the document calls not yet done. */
import { Given } from '@cucumber/cucumber';
import type { LivepatchOp } from '../engine/abi/hypercall';
import type { DomainName, Option } from '../engine/target';
import { setUp, type World } from './scene';

Given('a hypervisor that {option}', function (this: World, option: Option) {
  setUp(this.scene, { options: new Set([...(this.scene.setup.options ?? []), option]) });
});

Given(
  'a policy that refuses {operation} to the {domain} domain',
  function (this: World, operation: LivepatchOp, domain: DomainName) {
    setUp(this.scene, { policy: [...(this.scene.setup.policy ?? []), { domain, operation }] });
  },
);
