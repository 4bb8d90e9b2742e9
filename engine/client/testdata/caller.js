// A program that makes hypercalls as xen-livepatch's libraries do, and prints what came of it as JSON. Run with the
// preload library; its own functions are called by koffi.
'use strict';
const { execFileSync } = require('node:child_process');
const { openSync, readdirSync, readFileSync } = require('node:fs');
const koffi = require('koffi');

const [library, what, file] = process.argv.slice(2);
const PRIVCMD_HYPERCALL = 0x305000;
const ioctl = koffi.load(library).func('int ioctl(int, unsigned long, void *)');

/** A LIST without entries, in its own memory. */
function probe() {
  const sysctl = Buffer.alloc(136);
  sysctl.writeUInt32LE(27, 0);
  sysctl.writeUInt32LE(0x15, 4);
  sysctl.writeUInt32LE(2, 8);
  return sysctl;
}

function hypercall(number, argument) {
  const call = Buffer.alloc(48);
  call.writeBigUInt64LE(BigInt(number), 0);
  call.writeBigUInt64LE(argument, 8);
  return call;
}

const list = (sysctl) => hypercall(35, koffi.address(sysctl));
/** What it returned, and errno. */
const asked = (fd, request, argument) => {
  const returned = ioctl(fd, request, argument);
  return returned < 0 ? [returned, koffi.errno()] : [returned];
};
const errorOf = (action) => {
  try {
    return action();
  } catch (error) {
    return error.code;
  }
};
const files = () => readdirSync('/proc/self/fd').length;
const device = () => openSync('/dev/xen/privcmd', 'r+');

const ACTS = {
  calls() {
    const fd = device();
    const sysctl = probe();
    const returned = asked(fd, PRIVCMD_HYPERCALL, list(sysctl));
    return { returned, version: sysctl.readUInt32LE(16) };
  },
  faults() {
    const fd = device();
    return [
      asked(fd, PRIVCMD_HYPERCALL, null),
      asked(fd, PRIVCMD_HYPERCALL, hypercall(35, 0x10n)),
      asked(fd, PRIVCMD_HYPERCALL, list(probe())),
    ];
  },
  others() {
    const fd = device();
    return [
      asked(fd, PRIVCMD_HYPERCALL + 1, Buffer.alloc(64)),
      asked(openSync('/dev/null', 'r'), PRIVCMD_HYPERCALL, list(probe())),
      errorOf(() => openSync('/dev/xen/hypercall', 'r')),
      errorOf(() => openSync('/proc/xen/privcmd', 'r') > 0),
      errorOf(() => openSync('/no/such/file', 'r')),
      readFileSync(library).length > 0,
    ];
  },
  repeats() {
    const fd = device();
    ACTS.calls();
    const before = files();
    for (let turn = 0; turn < 300; turn++) asked(fd, PRIVCMD_HYPERCALL, list(probe()));
    return files() - before;
  },
  async threads() {
    const fd = device();
    const calls = Array.from({ length: 64 }, () => {
      const sysctl = probe();
      const call = list(sysctl);
      return new Promise((done, failed) => {
        ioctl.async(fd, PRIVCMD_HYPERCALL, call, (error, returned) => {
          if (error) failed(error);
          else done([returned, sysctl.readUInt32LE(16), call.length]);
        });
      });
    });
    return (await Promise.all(calls)).map(([returned, version]) => [returned, version]);
  },
  inherits() {
    const fd = device();
    const words = [__filename, library, 'inherited', '3'];
    const child = execFileSync(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit', fd], encoding: 'utf8' });
    return [JSON.parse(child), asked(fd, PRIVCMD_HYPERCALL, list(probe()))];
  },
  inherited: () => asked(Number(file), PRIVCMD_HYPERCALL, list(probe())),
  // Says that it is ready, and goes on when it is told.
  survives() {
    const fd = device();
    console.log('ready');
    readFileSync(0);
    return [asked(fd, PRIVCMD_HYPERCALL, list(probe())), errorOf(device)];
  },
};

void Promise.resolve(ACTS[what]()).then((result) => console.log(JSON.stringify(result)));
