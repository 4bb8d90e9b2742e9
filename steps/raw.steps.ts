/** Hypercalls byte by byte: what the caller has in its memory, and what it finds there afterwards. */
import { Given, Then, When, type DataTable } from '@cucumber/cucumber';
import { bytesOfHex, wordBytes } from '../engine/bytes';
import { buildPayload } from './drafts';
import { expectEqual } from './expect';
import { type Buffer as DomainBuffer, type Scene, type World } from './scene';

/** The structure that the last call was made with. */
const STRUCTURE = 'structure';

const IS_BYTES = /^[0-9a-f]{2}( [0-9a-f]{2})*$/;

function put(scene: Scene, name: string, bytes: Uint8Array): void {
  const memory = scene.target.domain('control');
  const address = memory.allocate(bytes.length);
  memory.write(address, bytes);
  scene.buffers.set(name, { address, size: bytes.length });
}

function bufferOf({ buffers }: Scene, name: string): DomainBuffer {
  const found = buffers.get(name);
  if (found === undefined)
    throw new RangeError(`buffer: expected one of ${[...buffers.keys()].join(', ')}, got ${name}`);
  return found;
}

function contentOf(scene: Scene, name: string): Uint8Array {
  const { address, size } = bufferOf(scene, name);
  return scene.target.domain('control').read(address, size);
}

/** `the file of "p"`, `24 times ee`, or bytes. */
function contents(scene: Scene, text: string): Uint8Array {
  const [, payload] = /^the file of "(.*)"$/.exec(text) ?? [];
  if (payload !== undefined) return buildPayload(scene, payload).bytes;
  const [, times, byte] = /^(\d+) times ([0-9a-f]{2})$/.exec(text) ?? [];
  if (byte !== undefined) return new Uint8Array(Number(times)).fill(parseInt(byte, 16));
  if (IS_BYTES.test(text)) return bytesOfHex(text);
  throw new RangeError(`content: expected bytes, "24 times ee" or "the file of …", got ${text}`);
}

/** Bytes, or what only the hypervisor or the memory at hand can say. */
function partOf(scene: Scene, text: string): Uint8Array {
  if (IS_BYTES.test(text)) return bytesOfHex(text);
  if (text === 'the interface version') return wordBytes(BigInt(scene.target.hypervisor.interfaceVersion), 4);
  const [, what, name] = /^the (address|size) of (\w+)$/.exec(text) ?? [];
  if (name === undefined) throw new RangeError(`bytes: expected hexadecimal, or an address or size, got ${text}`);
  const { address, size } = bufferOf(scene, name);
  return wordBytes(what === 'address' ? address : BigInt(size), 8);
}

const structureOf = (scene: Scene, table: DataTable): Uint8Array =>
  Buffer.concat(table.rows().map(([text = '']) => partOf(scene, text)));

Given("the control domain's memory has these buffers:", function (this: World, table: DataTable) {
  for (const [name = '', content = ''] of table.rows()) put(this.scene, name, contents(this.scene, content));
});

When('hypercall {int} is made with this structure:', function (this: World, number: number, table: DataTable) {
  const { scene } = this;
  put(scene, STRUCTURE, structureOf(scene, table));
  const { address } = bufferOf(scene, STRUCTURE);
  scene.returned = scene.toolstack.bare(number, address, () => contentOf(scene, STRUCTURE)).returned;
});

/** `any 4 bytes`: what the document leaves open. */
Then('the structure is now:', function (this: World, table: DataTable) {
  const found = contentOf(this.scene, STRUCTURE);
  let at = 0;
  const parts = table.rows().map(([text = '']) => {
    const open = /^any (\d+) bytes$/.exec(text)?.[1];
    const part = open === undefined ? partOf(this.scene, text) : found.subarray(at, at + Number(open));
    at += part.length;
    return part;
  });
  expectEqual('the structure', found, Uint8Array.from(Buffer.concat(parts)));
});

Then('the buffer {word} is now {bytes}', function (this: World, name: string, bytes: Uint8Array) {
  expectEqual(`the buffer ${name}`, contentOf(this.scene, name), bytes);
});
